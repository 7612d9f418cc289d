"""The collect page, the live status, scanning, and the list of payments."""

import datetime as dt
import io
import uuid

import pytest
import segno
import time_machine
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from foundation import clock
from foundation.money import Money
from journeys.checkout import actions as checkout
from tests.factories.merchants import (
    draw_pay_code,
    make_member,
    make_shop,
    make_staff,
    pay,
)
from wallet.payments.models import Payment, PaymentRequest

pytestmark = pytest.mark.django_db

BAD_AMOUNTS = [
    ("", "Enter the amount"),
    ("NaN", "Enter the amount with digits"),
    ("1e400", "Enter the amount with digits"),
    ("1.005", "at most 2 digits after the dot"),
    ("１２", "full-width"),
    ("-5", "more than zero"),
    ("0", "more than zero"),
    ("0.00", "more than zero"),
    ("100000000.01", "too large"),
    ("9" * 39, "too large"),
    ("9" * 41, "at most 40 characters"),
    ("12,50", "comma"),
    ("٣", "Enter the amount with digits"),
    ("1\x002", "Null characters"),
]


@pytest.fixture
def shop(client):
    shop = make_shop()
    client.force_login(shop.owner)
    client.cookies["django_language"] = "en"
    return shop


def url(shop, rest: str) -> str:
    return f"/m/stores/{shop.store.uid}/{rest}"


def ask(client, shop, amount: str = "28.50", **more: str):
    key = uuid.uuid4().hex
    data = {"amount": amount, "note": "", "key": key, "show": "1"} | more
    return client.post(url(shop, "collect/"), data)


def test_an_amount_becomes_a_code_that_turns_when_it_is_paid(client, shop) -> None:
    member = make_member()
    page = ask(client, shop, note="2 碗面").url
    request = PaymentRequest.objects.get()
    assert page == url(shop, f"collect/{request.uid}/")
    waiting = client.get(page)
    assert "Waiting for the customer to pay" in waiting.text
    assert waiting.context["code"].endswith(f"/w/pay/{request.uid}/")
    live = url(shop, f"collect/{request.uid}/live/")
    assert client.get(live, {"seen": "open"}).status_code == 204

    checkout.pay(client="m", key="k" * 8, payer=member, request_uid=request.uid, at=clock.now())

    part = client.get(live, {"seen": "open"}).text
    assert "data-arrival" in part
    assert "data-final" in part
    assert "Next customer" in part
    assert "hx-get" not in part


def test_the_code_is_also_an_emv_payload(client, shop) -> None:
    page = ask(client, shop).url

    response = client.get(page, {"code": "emv"})

    assert response.context["code"].startswith("000201010212")
    assert "540528.50" in response.context["code"]
    assert "?code=emv" in response.context["live_url"]


def test_a_page_without_scripts_can_be_looked_at_again(client, shop) -> None:
    assert "<noscript>" in client.get(ask(client, shop).url).text


def test_a_request_is_cancelled_once(client, shop) -> None:
    page = ask(client, shop).url

    assert client.post(f"{page}cancellation/").url == page
    assert "Nothing was charged." in client.get(page).text
    client.post(f"{page}cancellation/")
    assert "no longer open and cannot be cancelled" in client.get(page).text
    assert PaymentRequest.objects.get().status == "cancelled"


def test_a_request_expires_on_the_page_before_any_sweep(client, shop) -> None:
    page = ask(client, shop).url

    with time_machine.travel(clock.now() + dt.timedelta(minutes=15, seconds=1), tick=False):
        client.force_login(shop.owner)
        assert "was not paid in time" in client.get(page).text
    assert PaymentRequest.objects.get().status == "open"


@pytest.mark.parametrize(("amount", "sentence"), BAD_AMOUNTS)
def test_a_bad_amount_opens_nothing(client, shop, amount: str, sentence: str) -> None:
    response = ask(client, shop, amount)

    assert response.status_code == 422
    assert sentence in response.text
    assert not PaymentRequest.objects.exists()


def test_the_same_page_sent_twice_opens_one_request(client, shop) -> None:
    key = uuid.uuid4().hex

    assert ask(client, shop, key=key).url == ask(client, shop, key=key).url
    assert PaymentRequest.objects.count() == 1


def test_back_and_another_amount_is_another_request(client, shop) -> None:
    key = uuid.uuid4().hex

    assert ask(client, shop, key=key).url != ask(client, shop, "9.90", key=key).url
    assert PaymentRequest.objects.count() == 2


def test_hidden_characters_in_the_note_are_refused(client, shop) -> None:
    response = ask(client, shop, note="2\u202e碗")

    assert response.status_code == 422
    assert "hidden characters" in response.text
    assert not PaymentRequest.objects.exists()


@pytest.mark.parametrize("role", ["manager", "cashier"])
def test_all_roles_collect(client, shop, role: str) -> None:
    client.force_login(make_staff(shop=shop, role=role).user)

    assert ask(client, shop).status_code == 302


def test_another_stores_request_is_not_found(client, shop) -> None:
    other = make_shop(name="别家")
    page = ask(client, shop).url
    request = PaymentRequest.objects.get()
    client.force_login(other.owner)

    assert client.get(page).status_code == 404
    assert client.post(f"{page}cancellation/").status_code == 404
    mine = url(other, f"collect/{request.uid}/")
    for path in (mine, f"{mine}live/"):
        assert client.get(path).status_code == 404
    assert client.post(f"{mine}cancellation/").status_code == 404
    assert PaymentRequest.objects.get().status == "open"


# --- scanning ----------------------------------------------------------------------------------


def charge(client, shop, **given):
    data = {"amount": "28.50", "note": "", "key": uuid.uuid4().hex, "code": ""} | given
    return client.post(url(shop, "collect/scan/"), data)


def picture(text: str, kind: str = "qr", form: str = "JPEG") -> bytes:
    file = io.BytesIO()
    if kind == "qr":
        segno.make_qr(text).save(file, kind="png", scale=8, border=4)
        image = Image.open(file).convert("RGB")
    else:
        bars = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
        image = Image.fromarray(bars.to_image(scale=4, add_quiet_zones=True)).convert("RGB")
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def test_the_amount_goes_to_the_scan_page(client, shop) -> None:
    response = ask(client, shop, "28.5", note="面", scan="1")

    assert response.url.startswith(url(shop, "collect/scan/?amount=28.50"))
    page = client.get(response.url).text
    assert "¥28.50" in page
    assert 'data-scan="id_code"' in page
    assert not PaymentRequest.objects.exists()


def test_the_scan_page_wants_an_amount_first(client, shop) -> None:
    for query in ("", "?amount=NaN", "?amount=-1"):
        assert client.get(url(shop, f"collect/scan/{query}")).url == url(shop, "collect/")


def test_a_typed_pay_code_is_charged(client, shop) -> None:
    code = draw_pay_code(member=make_member(), at=clock.now()).code

    response = charge(client, shop, code=f"{code[:4]} {code[4:]}")

    payment = Payment.objects.get()
    assert response.url == url(shop, f"collect/{payment.request.uid}/")
    page = client.get(response.url).text
    assert "Payment received" in page
    assert f'data-arrival="{payment.uid}"' in page


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_of_the_code_is_charged(client, shop, form: str) -> None:
    code = draw_pay_code(member=make_member(), at=clock.now()).code

    assert charge(client, shop, photo=upload(picture(code, form=form))).status_code == 302
    assert Payment.objects.count() == 1


def test_a_large_amount_waits_for_the_customer(client, shop) -> None:
    member = make_member()
    code = draw_pay_code(member=member, at=clock.now()).code

    page = client.get(charge(client, shop, code=code, amount="200.01").url)

    assert "Waiting for the customer to confirm" in page.text
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Scan the customer&#x27;s pay code, or type its 18 digits."),
        ({"code": "123"}, "This pay code is not valid."),
        ({"code": "https://example.com/" + "x" * 500}, "This pay code is not valid."),
        ({"photo": upload(b"not a picture")}, "not a photo that we can read"),
        ({"photo": upload(b"GIF89a" + b"\0" * 50, "a.gif")}, "not a photo that we can read"),
        ({"photo": upload(b"\xff\xd8\xff" + b"\0" * (10 * 1024 * 1024))}, "too large"),
        ({"photo": upload(picture("https://example.com/"))}, "This pay code is not valid."),
        ({"amount": "NaN", "code": "281234567890123452"}, "Enter the amount again."),
    ],
)
def test_a_scan_that_does_not_work_says_why(client, shop, given, sentence: str) -> None:
    for value in given.values():
        if hasattr(value, "seek"):
            value.seek(0)
    response = charge(client, shop, **given)

    if response.status_code == 302:
        response = client.get(response.url)
    else:
        assert response.status_code == 422
    assert sentence in response.text
    assert not PaymentRequest.objects.exists()


def test_a_photo_without_a_code_says_so(client, shop) -> None:
    file = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(file, "JPEG")

    response = charge(client, shop, photo=upload(file.getvalue()))

    assert "could not find a code on this photo" in response.text


def test_a_picture_of_too_many_pixels_is_not_opened(client, shop, monkeypatch) -> None:
    from journeys.counter import forms

    monkeypatch.setattr(forms, "PICTURE_PIXELS", 100)
    response = charge(client, shop, photo=upload(picture("2812")))
    assert "not a photo that we can read" in response.text


def test_after_a_refusal_the_page_has_a_new_key(client, shop) -> None:
    key = uuid.uuid4().hex
    member = make_member(balance_minor=100)
    code = draw_pay_code(member=member, at=clock.now()).code

    refused = charge(client, shop, code=code, key=key)

    assert "did not allow this payment" in refused.text
    assert refused.context["form"]["key"].value() != key
    assert refused.context["form"]["code"].value() == ""


def test_a_used_page_with_another_code_asks_to_look_first(client, shop) -> None:
    key, member = uuid.uuid4().hex, make_member()
    first = draw_pay_code(member=member, at=clock.now()).code
    second = draw_pay_code(member=member, at=clock.now()).code
    charge(client, shop, code=first, key=key)

    response = charge(client, shop, code=second, key=key)

    assert response.status_code == 422
    assert "Look at the last payments first" in response.text
    assert Payment.objects.count() == 1


def test_a_camera_frame_is_read(client, shop) -> None:
    frame = url(shop, "collect/scan/frame/")

    answer = client.post(frame, {"frame": upload(picture("281234567890123452"))})
    assert answer.json() == {"text": "281234567890123452"}
    blank = io.BytesIO()
    Image.new("L", (200, 200), 128).save(blank, "JPEG")
    assert client.post(frame, {"frame": upload(blank.getvalue())}).status_code == 204
    assert client.post(frame, {"frame": upload(b"x")}).status_code == 422
    assert client.post(frame).status_code == 422
    client.force_login(make_shop(name="别家").owner)
    assert client.post(frame, {"frame": upload(b"x")}).status_code == 404


# --- payments -----------------------------------------------------------------------------------


def test_payments_are_searched_by_words_and_by_day(client, shop, at) -> None:
    member = make_member()
    noodles = pay(shop=shop, member=member, amount_minor=2850, at=at, note="noodles")
    pay(shop=shop, member=member, amount_minor=700, at=at + dt.timedelta(days=1), note="tea")
    page = url(shop, "payments/")

    def found(**query: str) -> list[Money]:
        return [p.amount.amount_minor for p in client.get(page, query).context["payments"]]

    assert found() == [700, 2850]
    assert found(search="noodles") == [2850]
    assert found(search=noodles.reference) == [2850]
    assert found(date="2026-03-14") == [2850]
    assert found(date="2026-03-13") == []
    assert found(before=str(uuid.uuid4())) == []
    assert found(before="x") == [700, 2850]
    assert "No payment was found" in client.get(page, {"search": "soup"}).text


def test_a_day_that_is_none_is_an_error_on_the_page(client, shop) -> None:
    response = client.get(url(shop, "payments/"), {"date": "yesterday"})

    assert "Enter a valid date." in response.text


def test_pages_of_payments_hang_together(client, shop, at) -> None:
    member = make_member()
    for number in range(21):
        pay(shop=shop, member=member, amount_minor=100 + number, at=at, note="x")
    first = client.get(url(shop, "payments/"), {"search": "x"})
    second = client.get(url(shop, "payments/") + first.context["older"])

    shown = [*first.context["payments"], *second.context["payments"]]
    assert [p.amount.amount_minor for p in shown] == list(range(120, 99, -1))
    assert second.context["older"] == ""
    assert second.context["newer"] == "?search=x"


def test_one_payment_shows_its_life(client, shop, at) -> None:
    receipt = pay(shop=shop, member=make_member(), amount_minor=2850, at=at)
    page = url(shop, f"payments/{receipt.payment_uid}/")

    text = client.get(page).text
    assert receipt.reference in text
    assert "twenty-eight yuan and fifty fen" in text
    assert f"{page}refund/" in text
    client.force_login(make_staff(shop=shop).user)
    text = client.get(page).text
    assert "Only the owner or a manager can give a refund." in text
    assert f"{page}refund/" not in text


def test_another_stores_payment_is_not_found(client, shop, at) -> None:
    other = make_shop(name="别家")
    receipt = pay(shop=other, member=make_member(), amount_minor=2850, at=at)

    for store in (shop, other):
        assert client.get(url(store, f"payments/{receipt.payment_uid}/")).status_code == 404
