"""The portal: which store, today, the store's page, its poster and its staff."""

import uuid

import pytest

from foundation.outbox import actions as outbox
from merchants.stores.models import Staff
from tests.factories.merchants import (
    make_member,
    make_shop,
    make_staff,
    make_store,
    make_user,
    pay,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(settings) -> None:
    settings.LANGUAGE_CODE = "en"


def sign_in(client, user):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def test_a_visitor_is_asked_to_sign_in(client) -> None:
    response = client.get("/m/")

    assert response.status_code == 302
    assert response.url.startswith("/accounts/")


def test_somebody_without_a_store_is_told_how_to_get_one(client) -> None:
    response = sign_in(client, make_user()).get("/m/")

    assert response.status_code == 200
    assert "You do not work at a store here yet" in response.text


def test_one_store_opens_at_once_and_several_are_chosen(client) -> None:
    shop = make_shop()
    sign_in(client, shop.owner)

    assert client.get("/m/").url == f"/m/stores/{shop.store.uid}/"
    make_store(merchant=shop.merchant, name="分店")
    response = client.get("/m/")
    assert "Choose a store" in response.text
    assert "分店" in response.text


def test_today_shows_takings_payments_and_the_week(client) -> None:
    from foundation import clock

    shop, member = make_shop(), make_member(balance_minor=9000)
    pay(shop=shop, member=member, amount_minor=2850, at=clock.now(), note="2 bowls")
    outbox.drain()

    page = sign_in(client, shop.owner).get(f"/m/stores/{shop.store.uid}/").text

    assert "¥28.50" in page
    assert "2 bowls" in page
    assert "Takings of the last 7 days" in page
    assert "data-arrival" not in page


def test_an_arrival_is_announced_once(client) -> None:
    from foundation import clock

    shop, member = make_shop(), make_member(balance_minor=9000)
    sign_in(client, shop.owner)
    url = f"/m/stores/{shop.store.uid}/arrivals/"
    state = client.get(f"/m/stores/{shop.store.uid}/").context["state"]
    assert client.get(url, {"seen": state}).status_code == 204

    receipt = pay(shop=shop, member=member, amount_minor=1250, at=clock.now())
    response = client.get(url, {"seen": state})

    assert f'data-arrival="{receipt.payment_uid}"' in response.text
    assert "Received 12.5 yuan" in response.text
    seen = response.context["state"]
    assert client.get(url, {"seen": seen}).status_code == 204
    outbox.drain()
    later = client.get(url, {"seen": seen})
    assert later.status_code == 200
    assert "data-arrival" not in later.text


@pytest.mark.parametrize(
    "page", ["", "arrivals/", "about/", "about/poster/", "collect/", "payments/"]
)
def test_another_store_is_not_found(client, page: str) -> None:
    shop, stranger = make_shop(), make_shop(name="别家")
    sign_in(client, stranger.owner)

    assert client.get(f"/m/stores/{shop.store.uid}/{page}").status_code == 404
    assert client.get(f"/m/stores/{uuid.uuid4()}/{page}").status_code == 404


def test_the_poster_holds_the_stores_link_and_number(client, settings) -> None:
    shop = make_shop()

    response = sign_in(client, shop.owner).get(f"/m/stores/{shop.store.uid}/about/poster/")

    assert response.context["link"] == f"{settings.SITE_URL}/w/shop/{shop.store.number}/"
    assert shop.store.number in response.text


def test_the_owner_takes_somebody_on_and_dismisses_them(client) -> None:
    shop, person = make_shop(), make_user()
    sign_in(client, shop.owner)
    about = f"/m/stores/{shop.store.uid}/about/"

    response = client.post(
        f"/m/stores/{shop.store.uid}/about/staff/",
        {"phone": person.phone.removeprefix("+86"), "role": "cashier"},
    )
    assert response.status_code == 302
    assert "The person now works at this store." in client.get(about).text
    staff = Staff.objects.get(user=person)
    assert person.phone not in client.get(about).text

    dismissal = f"/m/stores/{shop.store.uid}/about/staff/{staff.uid}/"
    assert "Dismiss this person?" in client.get(dismissal).text
    client.post(dismissal)
    staff.refresh_from_db()
    assert staff.dismissed_at is not None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"phone": "12", "role": "cashier"}, "Enter the mobile number with 11 digits"),
        ({"phone": "13900009999", "role": "cashier"}, "Nobody with this mobile number"),
        ({"phone": "", "role": "cashier"}, "Please fill in: Mobile number"),
        ({"phone": "own", "role": "cashier"}, "already works at this store"),
        ({"phone": "free", "role": "owner"}, "Select a valid choice"),
    ],
)
def test_a_hiring_that_does_not_work_says_why(client, given, sentence) -> None:
    shop = make_shop()
    phones = {"own": shop.owner.phone, "free": make_user().phone}
    given = {**given, "phone": phones.get(given["phone"], given["phone"])}

    response = sign_in(client, shop.owner).post(f"/m/stores/{shop.store.uid}/about/staff/", given)

    assert response.status_code == 422
    assert sentence in response.text
    assert Staff.objects.count() == 1


def test_a_cashier_takes_nobody_on(client) -> None:
    shop, person = make_shop(), make_user()
    cashier = make_staff(shop=shop)
    sign_in(client, cashier.user)

    assert "Take somebody on" not in client.get(f"/m/stores/{shop.store.uid}/about/").text
    response = client.post(
        f"/m/stores/{shop.store.uid}/about/staff/", {"phone": person.phone, "role": "cashier"}
    )
    assert response.status_code == 422
    assert not Staff.objects.filter(user=person).exists()


def test_queries_of_the_pages_are_pinned(client, django_assert_num_queries) -> None:
    shop, member = make_shop(), make_member(balance_minor=9000)
    for _ in range(5):
        pay(shop=shop, member=member, amount_minor=100)
    sign_in(client, shop.owner)
    # Session, user, the store, then: the last payments and the week; nothing grows with rows.
    pins = {"": 5, "arrivals/": 5, "about/": 5, "about/poster/": 3, "payments/": 4, "collect/": 4}
    for page, queries in pins.items():
        with django_assert_num_queries(queries):
            client.get(f"/m/stores/{shop.store.uid}/{page}")
