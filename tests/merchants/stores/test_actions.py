"""Opening merchants and stores, hiring and dismissing, and whose store it is."""

import uuid

import pytest

from foundation.audit.models import AuditRecord
from merchants.stores import actions, queries, rules
from merchants.stores.models import Staff, Store
from merchants.stores.rules import is_store_number
from tests.factories.merchants import make_district, make_shop, make_staff, make_store, make_user
from wallet.ledger import queries as ledger

pytestmark = pytest.mark.django_db


def test_a_merchant_has_an_account_and_its_store_a_number(at) -> None:
    shop = make_shop(name="兰姨面馆")

    assert is_store_number(shop.store.number)
    balance = ledger.balance(account_id=shop.merchant.account_id)
    assert (balance.available_minor, balance.currency) == (0, "CNY")
    assert shop.payee.account_id == shop.merchant.account_id
    assert shop.payee.owner_user_ids == (shop.owner.pk,)
    acts = set(AuditRecord.objects.values_list("act", flat=True))
    assert {"merchants.open_merchant", "merchants.open_store"} <= acts


def test_stores_of_a_merchant_share_its_account() -> None:
    shop = make_shop()
    second = make_store(merchant=shop.merchant, name="分店")

    assert second.number != shop.store.number
    payee = queries.payee(number=second.number)
    assert (payee.account_id, payee.name) == (shop.merchant.account_id, "分店")
    assert [s.name for s in queries.stores_of(user=shop.owner)] == ["兰姨面馆", "分店"]


def test_a_district_is_opened_once() -> None:
    assert make_district(name="老街商圈").pk == make_district(name="老街商圈").pk


def test_a_payee_is_found_by_number_or_uid_with_one_query(django_assert_num_queries) -> None:
    shop = make_shop()

    with django_assert_num_queries(1):
        by_number = queries.payee(number=shop.store.number)
    assert by_number == queries.payee(store_uid=shop.store.uid)


@pytest.mark.parametrize("number", ["", "1000000017", "１000000016", "12", "9999999999"])
def test_an_unknown_or_mistyped_number_is_refused(number: str) -> None:
    make_shop()

    with pytest.raises(rules.StoreUnknown) as refused:
        queries.payee(number=number)
    assert (refused.value.status, refused.value.field) == (404, "number")


def test_an_unknown_uid_is_refused() -> None:
    with pytest.raises(rules.StoreUnknown):
        queries.payee(store_uid=uuid.uuid4())


def test_only_its_staff_sees_a_store() -> None:
    shop, other = make_shop(), make_shop(name="别家")
    cashier = make_staff(shop=shop)

    assert queries.get_store(uid=shop.store.uid, user=cashier.user).role == "cashier"
    for stranger in (other.owner, make_user()):
        with pytest.raises(rules.StoreUnknown):
            queries.get_store(uid=shop.store.uid, user=stranger)
        assert shop.store.uid not in [s.uid for s in queries.stores_of(user=stranger)]


def test_a_dismissed_person_sees_the_store_no_more_and_can_come_back(at) -> None:
    shop = make_shop()
    staff = make_staff(shop=shop)

    actions.dismiss(store_uid=shop.store.uid, staff_uid=staff.uid, actor=shop.owner, at=at)

    with pytest.raises(rules.StoreUnknown):
        queries.get_store(uid=shop.store.uid, user=staff.user)
    staff.refresh_from_db()
    assert (staff.dismissed_at, staff.dismissed_by) == (at, shop.owner)
    again = make_staff(shop=shop, role="manager", user=staff.user)
    assert again.pk != staff.pk
    assert queries.get_store(uid=shop.store.uid, user=staff.user).role == "manager"


def test_nobody_is_hired_twice() -> None:
    shop = make_shop()
    staff = make_staff(shop=shop)

    with pytest.raises(rules.AlreadyHired):
        make_staff(shop=shop, user=staff.user)
    assert Staff.objects.filter(store=shop.store).count() == 2


@pytest.mark.parametrize(
    ("actor_role", "role", "refusal"),
    [
        ("manager", "cashier", None),
        ("manager", "manager", rules.OnlyOwnersHireManagers),
        ("cashier", "cashier", rules.RoleForbids),
        ("cashier", "manager", rules.OnlyOwnersHireManagers),
        ("stranger", "cashier", rules.StoreUnknown),
        ("operator", "manager", None),
    ],
)
def test_who_hires_whom(actor_role, role, refusal, at) -> None:
    shop, person = make_shop(), make_user()
    if actor_role in ("stranger", "operator"):
        actor = make_user(is_staff=actor_role == "operator")
    else:
        actor = make_staff(shop=shop, role=actor_role).user
    before = Staff.objects.count()
    hiring = {"store_uid": shop.store.uid, "user": person, "role": role, "actor": actor, "at": at}

    if refusal is None:
        assert actions.hire(**hiring).role == role
        return
    with pytest.raises(refusal):
        actions.hire(**hiring)
    assert Staff.objects.count() == before


@pytest.mark.parametrize(
    ("role", "refusal"), [("owner", rules.OwnerStays), ("king", rules.RoleUnknown)]
)
def test_only_managers_and_cashiers_are_hired(role: str, refusal: type) -> None:
    shop = make_shop()

    with pytest.raises(refusal):
        make_staff(shop=shop, role=role)


def test_the_owner_is_not_dismissed(at) -> None:
    shop = make_shop()
    place = Staff.objects.get(user=shop.owner)

    with pytest.raises(rules.OwnerStays):
        actions.dismiss(store_uid=shop.store.uid, staff_uid=place.uid, actor=shop.owner, at=at)
    place.refresh_from_db()
    assert place.dismissed_at is None


def test_another_stores_staff_is_not_found(at) -> None:
    shop, other = make_shop(), make_shop(name="别家")
    staff = make_staff(shop=other)

    with pytest.raises(rules.StaffUnknown):
        actions.dismiss(store_uid=shop.store.uid, staff_uid=staff.uid, actor=shop.owner, at=at)
    with pytest.raises(rules.StoreUnknown):
        actions.dismiss(store_uid=other.store.uid, staff_uid=staff.uid, actor=shop.owner, at=at)


def test_the_database_keeps_the_shape_of_numbers() -> None:
    from django.db import IntegrityError, transaction

    shop = make_shop()
    with pytest.raises(IntegrityError), transaction.atomic():
        Store.objects.filter(pk=shop.store.pk).update(number="0000000000")
