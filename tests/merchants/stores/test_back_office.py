"""The operator's pages: records are looked at, and every change is an action."""

import time

import pytest
from django.contrib.auth.models import Permission

from foundation.audit.models import AuditRecord
from merchants.stores.models import District, Merchant, Staff, Store
from tests.factories.merchants import make_district, make_shop, make_staff, make_user

pytestmark = pytest.mark.django_db


def enter(client, user) -> None:
    """Sign in with a second factor, without which the back office opens to nobody."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    client.cookies["django_language"] = "en"


@pytest.fixture
def operator(client):
    user = make_user(is_staff=True, is_superuser=True)
    enter(client, user)
    return user


def test_a_merchant_and_its_store_are_opened(client, operator) -> None:
    owner = make_user()
    client.post("/ops/merchants/district/open/", {"name": "湖滨商圈"})
    district = District.objects.get(name="湖滨商圈")

    opened = client.post(
        "/ops/merchants/merchant/open/",
        {"name": "湖边茶社", "kind": "company", "owner": owner.phone},
    )
    merchant = Merchant.objects.get(name="湖边茶社")
    assert opened.url == f"/ops/merchants/merchant/{merchant.pk}/change/"
    assert (merchant.owner, merchant.kind) == (owner, "company")

    path = f"/ops/merchants/merchant/{merchant.pk}/open-store/"
    assert "Open a store of 湖边茶社" in client.get(path).text
    client.post(
        path, {"name": "一店", "district": district.pk, "address": "湖滨路 1 号", "phone": ""}
    )
    store = Store.objects.get(name="一店")
    assert (store.merchant, store.district) == (merchant, district)
    assert Staff.objects.get(store=store).user == owner
    assert AuditRecord.objects.get(act="merchants.open_store").actor == operator


def test_somebody_is_hired_and_dismissed(client, operator) -> None:
    shop, person = make_shop(), make_user()
    path = f"/ops/merchants/store/{shop.store.pk}/hire/"

    client.post(path, {"phone": person.phone, "role": "manager"})
    staff = Staff.objects.get(user=person)
    assert (staff.role, staff.hired_by) == ("manager", operator)
    again = client.post(path, {"phone": person.phone, "role": "manager"})
    assert "already works at this store" in again.text

    dismissal = f"/ops/merchants/staff/{staff.pk}/dismiss/"
    assert "Dismiss this person?" in client.get(dismissal).text
    client.post(dismissal)
    staff.refresh_from_db()
    assert staff.dismissed_by == operator


def test_the_owner_stays(client, operator) -> None:
    staff = Staff.objects.get(user=make_shop().owner)

    response = client.post(f"/ops/merchants/staff/{staff.pk}/dismiss/", follow=True)

    assert "The owner of the business stays" in response.text
    staff.refresh_from_db()
    assert staff.dismissed_at is None


@pytest.mark.parametrize(
    ("path", "given", "sentence"),
    [
        ("merchant/open/", {"name": "", "kind": "company"}, "This field is required."),
        (
            "merchant/open/",
            {"name": "x", "kind": "company", "owner": "13900008888"},
            "Nobody with this mobile number",
        ),
        ("merchant/open/", {"name": "x", "kind": "bank", "owner": "1"}, "Select a valid choice"),
        ("district/open/", {"name": "a\u202eb"}, "hidden characters"),
    ],
)
def test_what_is_wrong_is_said_and_opens_nothing(client, operator, path, given, sentence) -> None:
    response = client.post(f"/ops/merchants/{path}", given)

    assert sentence in response.text
    assert not Merchant.objects.exists()
    assert not District.objects.exists()


def test_lists_and_records_open(client, operator) -> None:
    shop = make_shop()
    make_staff(shop=shop)
    staff = Staff.objects.first()
    for kind, row in (
        ("district", make_district()),
        ("merchant", shop.merchant),
        ("store", shop.store),
        ("staff", staff),
    ):
        assert client.get(f"/ops/merchants/{kind}/").status_code == 200
        assert client.get(f"/ops/merchants/{kind}/{row.pk}/change/").status_code == 200
        assert client.get(f"/ops/merchants/{kind}/add/").status_code == 403
        assert client.post(f"/ops/merchants/{kind}/{row.pk}/delete/").status_code == 403
    assert client.get("/ops/merchants/storeday/").status_code == 200
    assert client.get("/ops/merchants/store/", {"q": shop.store.number}).status_code == 200


def test_each_change_needs_its_permission(client) -> None:
    shop = make_shop()
    staff = Staff.objects.first()
    viewer = make_user(is_staff=True)
    viewer.user_permissions.set(
        Permission.objects.filter(content_type__app_label="merchants", codename__startswith="view_")
    )
    enter(client, viewer)

    for path in (
        "district/open/",
        "merchant/open/",
        f"merchant/{shop.merchant.pk}/open-store/",
        f"store/{shop.store.pk}/hire/",
        f"staff/{staff.pk}/dismiss/",
    ):
        assert client.post(f"/ops/merchants/{path}").status_code == 403, path
    assert client.get("/ops/merchants/merchant/").status_code == 200


def test_members_and_merchants_stay_outside(client) -> None:
    shop = make_shop()
    enter(client, shop.owner)

    assert client.get("/ops/merchants/merchant/").status_code == 302
    assert client.post("/ops/merchants/merchant/open/").status_code == 302
