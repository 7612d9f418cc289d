"""The scan page: camera frames, photos, typed numbers, links, and everything that is not ours."""

import html
import io
import uuid

import pytest
import segno
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image

from foundation.money import Money
from foundation.web import say
from journeys.checkout.rules import FRAMES_A_MINUTE
from merchants.stores.rules import StoreUnknown, store_number_from
from tests.factories.wallet import NOON, make_member, make_payment, make_shop, snapshot, yuan
from wallet.payments import rules
from wallet.payments.models import PaymentRequest
from wallet.payments.rules import emv, merchant_payload, new_pay_code

pytestmark = pytest.mark.django_db


def english(refusal) -> str:
    """Return the refusal's sentence as an English reader sees it."""
    with translation.override("en"):
        return say(refusal)


# Fixed, so that every worker of a parallel run collects the same tests.
UID = uuid.UUID(int=77)
PAY_CODE = "281964026463302062"


@pytest.fixture(autouse=True)
def _noon():
    cache.clear()
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def shop():
    return make_shop()


@pytest.fixture
def member(client):
    member = make_member(balance_minor=100_000)
    client.force_login(member.user)
    client.cookies["django_language"] = "en"
    return member


def picture_of(text: str, kind: str = "png") -> bytes:
    drawn = io.BytesIO()
    segno.make_qr(text).save(drawn, kind="png", scale=6)
    if kind == "png":
        return drawn.getvalue()
    out = io.BytesIO()
    Image.open(drawn).convert("RGB").save(out, format="JPEG")
    return out.getvalue()


def scan(client, code: str):
    return client.post("/w/scan/", {"code": code})


def photo(client, content: bytes, name: str = "a.png"):
    return client.post("/w/scan/", {"photo": SimpleUploadedFile(name, content)})


def frame(client, content: bytes):
    return client.post("/w/scan/frame/", {"frame": SimpleUploadedFile("frame.jpg", content)})


def test_our_links_and_numbers_lead_on(client, member, shop) -> None:
    number = shop.payee.number
    typed = f"{number[:4]} {number[4:8]} {number[8:]}"
    for code in (number, typed, f"http://testserver/w/shop/{number}/", f" {number}\n"):
        assert scan(client, code).url == f"/w/shop/{number}/", code
    assert scan(client, f"http://testserver/w/pay/{UID}/").url == f"/w/pay/{UID}/"
    static = merchant_payload(store_number=number, name="LAN")
    assert scan(client, static).url == f"/w/shop/{number}/"
    dynamic = merchant_payload(store_number=number, name="LAN", request_uid=UID)
    assert scan(client, dynamic).url == f"/w/pay/{UID}/"


def test_a_code_with_its_amount_goes_straight_to_the_check(client, member, shop) -> None:
    payload = merchant_payload(store_number=shop.payee.number, name="LAN", amount=yuan("12.50"))
    answer = scan(client, payload)
    request = PaymentRequest.objects.get()
    assert answer.url == f"/w/pay/{request.uid}/"
    assert (request.amount_minor, request.payer_id) == (1250, member.id)


def _wrong_crc(payload: str) -> str:
    return payload[:-1] + ("0" if payload[-1] != "0" else "1")


OURS = merchant_payload(store_number=store_number_from(1), name="LAN")
FOREIGN = emv.encode(
    emv.EmvPayload(
        accounts={"26": {"00": "com.other", "01": "1"}},
        currency="CNY",
        country="CN",
        name="X",
        city="X",
        category="0000",
    )
)
BAD_CODES = [
    ("", rules.ScanMissing),
    ("   ", rules.ScanMissing),
    (_wrong_crc(OURS), emv.QrRefused),
    (OURS[:-9], emv.QrRefused),
    (FOREIGN, rules.QrForeign),
    ("https://example.com/w/pay/x", rules.ScanForeignLink),
    (f"https://testserver.example.com/w/pay/{UID}/", rules.ScanForeignLink),
    ("javascript:alert(1)", rules.ScanForeignLink),
    ("http://testserver/w/scan/", rules.ScanUnknown),
    ("hello", rules.ScanUnknown),
    (PAY_CODE, rules.ScanIsPayCode),
    ("1000000017", rules.StoreNumberWrong),
    ("１０００００００１６", rules.ScanUnknown),
    (store_number_from(777_777), StoreUnknown),
]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("code", "expected"), BAD_CODES)
def test_what_is_no_code_of_ours_is_said_and_opens_nothing(
    client, member, code, expected, language
) -> None:
    client.cookies["django_language"] = language
    before = snapshot()

    answer = scan(client, code)

    assert answer.status_code == 422
    [error] = answer.context["form"].errors.values()
    if expected is not emv.QrRefused:
        with translation.override(language):
            assert error == [say(expected())]
    assert error[0]
    assert snapshot() == before


def test_a_wrong_check_sum_has_its_own_sentence(client, member) -> None:
    wrong = scan(client, _wrong_crc(OURS)).context["form"].errors["code"]
    torn = scan(client, OURS[:-9]).context["form"].errors["code"]
    assert str(wrong[0]) != str(torn[0])


def test_a_foreign_currency_on_a_code_is_refused(client, member, shop) -> None:
    payload = merchant_payload(store_number=shop.payee.number, name="LAN", amount=Money(500, "JPY"))
    before = snapshot()
    answer = scan(client, payload)
    assert answer.status_code == 422
    assert english(rules.WrongCurrency(wanted="CNY", given="JPY")) in answer.text
    assert snapshot() == before


def test_the_own_shops_code_with_an_amount_is_refused(client, shop) -> None:
    client.force_login(shop.owner)
    client.cookies["django_language"] = "en"
    payload = merchant_payload(store_number=shop.payee.number, name="LAN", amount=yuan("5"))
    before = snapshot()
    answer = scan(client, payload)
    assert answer.status_code == 422
    assert english(rules.OwnShop()) in answer.text
    assert snapshot() == before


def test_a_photo_is_read(client, member, shop) -> None:
    link = f"http://testserver/w/shop/{shop.payee.number}/"
    for kind in ("png", "jpeg"):
        answer = photo(client, picture_of(link, kind), f"a.{kind}")
        assert answer.url == f"/w/shop/{shop.payee.number}/"


def test_photos_without_a_code_too_large_or_no_photos_at_all(client, member) -> None:
    blank = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(blank, format="PNG")
    cases = [
        (blank.getvalue(), "could not find a code"),
        (b"not a picture", "not a photo that we can read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a photo that we can read"),
        (b"\x89PNG" + b"0" * (5 * 1024 * 1024), "too large"),
    ]
    for content, sentence in cases:
        answer = photo(client, content)
        assert answer.status_code == 422
        assert sentence in answer.text


def test_a_photo_of_a_pay_code_says_what_it_is(client, member) -> None:
    answer = photo(client, picture_of(new_pay_code()))
    assert english(rules.ScanIsPayCode()) in html.unescape(answer.text)
    assert "photo" in answer.context["form"].errors


def test_a_frame_of_the_camera_is_read(client, member) -> None:
    found = frame(client, picture_of("hello", "jpeg"))
    assert found.json() == {"text": "hello"}
    blank = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(blank, format="JPEG")
    assert frame(client, blank.getvalue()).status_code == 204


def test_a_frame_is_a_small_jpeg_or_refused(client, member) -> None:
    assert frame(client, picture_of("hello", "png")).status_code == 422
    assert frame(client, b"\xff\xd8\xff" + b"0" * (1024 * 1024)).status_code == 422
    assert client.post("/w/scan/frame/").status_code == 422
    assert client.get("/w/scan/frame/").status_code == 405


def test_frames_are_limited(client, member) -> None:
    key = f"frames:{member.id}:{NOON:%H%M}"
    cache.set(key, FRAMES_A_MINUTE - 1)
    assert frame(client, picture_of("hello", "jpeg")).status_code == 200
    late = frame(client, picture_of("hello", "jpeg"))
    assert (late.status_code, late["Retry-After"]) == (429, "30")


def test_shops_paid_last_are_one_tap_away(client, member, shop) -> None:
    make_payment(member=member, payee=shop.payee, amount=yuan("1"))
    answer = client.get("/w/scan/")
    assert f'href="/w/shop/{shop.payee.number}/"' in answer.text
    assert "data-scan=" in answer.text


def test_queries_of_the_scan_page(client, member, django_assert_num_queries) -> None:
    with django_assert_num_queries(3):  # session, user, shops paid last
        client.get("/w/scan/")
