"""EMV payloads: published codes, every order of tags, and everything malformed."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import Refusal
from foundation.money import Money
from wallet.payments.rules import emv

CASES = json.loads((Path(__file__).parents[2] / "cases" / "codes_and_proofs.json").read_text())
PUBLISHED = CASES["emv_merchant_presented_qr"]["valid"]

ACCOUNT = ("26", "0010cn.tongbao01101000000016")
BASE = [
    ("00", "01"),
    ACCOUNT,
    ("52", "5812"),
    ("53", "156"),
    ("58", "CN"),
    ("59", "NOODLES"),
    ("60", "BEIJING"),
]


def write(*objects: tuple[str, str]) -> str:
    """Write objects as they stand, with a right CRC."""
    text = "".join(f"{tag}{len(value):02d}{value}" for tag, value in objects) + "6304"
    return f"{text}{emv.crc16(text.encode()):04X}"


def with_crc(text: str) -> str:
    return f"{text}6304{emv.crc16((text + '6304').encode()):04X}"


def changed(tag: str, value: str | None) -> str:
    """Write the base payload with one object replaced, added or left out."""
    objects = {**dict(BASE), tag: value}
    return write(*[(key, text) for key, text in sorted(objects.items()) if text is not None])


def test_crc_of_the_standard() -> None:
    case = CASES["crc16_ccitt_false"]
    assert f"{emv.crc16(case['input_ascii'].encode()):04X}" == case["crc"]


@pytest.mark.parametrize("text", PUBLISHED)
def test_published_codes_are_read(text: str) -> None:
    payload = emv.decode(text)

    assert (payload.country, payload.currency) == ("TH", "THB")
    assert payload.initiation == emv.STATIC
    assert payload.accounts["29"]["00"] == "A000000677010111"
    assert payload.amount is None


@pytest.mark.parametrize("text", PUBLISHED)
@pytest.mark.parametrize("position", range(4, 60, 7))
def test_published_codes_with_one_character_changed_are_refused(text: str, position: int) -> None:
    other = "8" if text[position] != "8" else "7"
    with pytest.raises(emv.QrRefused):
        emv.decode(text[:position] + other + text[position + 1 :])


def test_a_full_payload_is_read() -> None:
    payload = emv.decode(
        write(
            ("00", "01"),
            ("01", "12"),
            ("04", "4000123456789012"),
            ACCOUNT,
            ("27", "0008com.acme0103abc"),
            ("52", "5812"),
            ("53", "156"),
            ("54", "98.7"),
            ("55", "02"),
            ("56", "1.50"),
            ("58", "CN"),
            ("59", "BEST TRANSPORT"),
            ("60", "BEIJING"),
            ("61", "100000"),
            ("62", "01051234507081234567850090005a.b.c"),
            ("64", "0002ZH0104最佳运输0202北京"),
            ("65", "00"),
            ("80", "0003a.b0101x"),
        )
    )

    assert payload.initiation == emv.DYNAMIC
    assert payload.accounts["04"] == "4000123456789012"
    assert payload.accounts["26"] == {"00": "cn.tongbao", "01": "1000000016"}
    assert payload.accounts["27"] == {"00": "com.acme", "01": "abc"}
    assert payload.amount == Money(9870, "CNY")
    assert (payload.tip, payload.tip_fixed) == ("02", Money(150, "CNY"))
    assert (payload.name, payload.city, payload.postal_code) == (
        "BEST TRANSPORT",
        "BEIJING",
        "100000",
    )
    assert payload.additional == {"01": "12345", "07": "12345678", "50": {"00": "a.b.c"}}
    assert payload.language == {"00": "ZH", "01": "最佳运输", "02": "北京"}
    assert payload.shown_name == "最佳运输"
    assert payload.other == {"65": "00", "80": {"00": "a.b", "01": "x"}}


def test_the_payload_of_the_standards_annex() -> None:
    # EMV QRCPS Merchant-Presented Mode 1.1, section 6.1: the example in both languages.
    text = (
        "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678"
        "520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京"
        "540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708"
        "12345678"
    )
    payload = emv.decode(with_crc(text))

    assert text + "6304A13A" == with_crc(text)
    assert payload.accounts["29"] == {"00": "D15600000000", "05": "A93FO3230Q"}
    assert payload.accounts["31"] == {"00": "D15600000001", "03": "12345678"}
    assert payload.amount == Money(2372, "CNY")
    assert payload.tip == "01"
    assert payload.additional == {"03": "1234", "06": "***", "07": "A6008667", "09": "ME"}
    assert payload.other["91"] == {"00": "A011223344998877", "07": "12345678"}
    assert payload.shown_name == "最佳运输"


@settings(deadline=None)
@given(st.permutations([*BASE, ("01", "11"), ("54", "1.5"), ("64", "0002zh0102面馆")]))
def test_tags_come_in_any_order(objects: list[tuple[str, str]]) -> None:
    payload = emv.decode(write(*objects))

    assert payload.amount == Money(150, "CNY")
    assert payload.shown_name == "面馆"
    assert payload.accounts["26"]["01"] == "1000000016"


def test_small_letters_of_the_crc_and_blanks_around_are_read() -> None:
    text = write(*BASE)
    assert emv.decode(f" {text[:-4]}{text[-4:].lower()}\n") == emv.decode(text)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("98.", "156", 9800), ("98", "156", 9800), ("1200", "392", 1200), ("1.234", "414", 1234)],
)
def test_amounts_of_the_standard(amount: str, currency: str, minor: int) -> None:
    objects = {**dict(BASE), "53": currency, "54": amount}
    payload = emv.decode(write(*sorted(objects.items())))
    assert payload.amount is not None
    assert payload.amount.amount_minor == minor


MALFORMED = [
    ("", "qr_not_readable"),
    ("hello", "qr_not_readable"),
    ("https://example.com", "qr_not_readable"),
    ("００0201", "qr_not_readable"),
    ("000201", "qr_missing_tag"),
    ("0002", "qr_length_wrong"),
    ("00", "qr_not_readable"),
    (write(*BASE)[:-1], "qr_length_wrong"),
    (write(*BASE)[:-8], "qr_missing_tag"),
    (write(*BASE)[:40], "qr_length_wrong"),
    (write(*BASE)[:-4] + "0000", "qr_crc_wrong"),
    (write(*BASE)[:-4] + "ZZZZ", "qr_crc_wrong"),
    (write(*BASE).replace("NOODLES", "NOODLEZ"), "qr_crc_wrong"),
    (write(*BASE) + "6201x", "qr_value_wrong"),
    (write(*BASE) + "620501014", "qr_value_wrong"),
    (with_crc("0002015399156"), "qr_length_wrong"),
    (with_crc("00020153031565802CN5900"), "qr_length_wrong"),
    (with_crc("00020153991565802CN"), "qr_length_wrong"),
    (with_crc("000201530x1565802CN"), "qr_length_wrong"),
    (with_crc("000201x30315"), "qr_not_readable"),
    (with_crc("00020153０３156"), "qr_length_wrong"),
    (write(*BASE, ("59", "AGAIN")), "qr_duplicate_tag"),
    (write(*BASE, ("00", "01")), "qr_duplicate_tag"),
    (write(*BASE, ("54", "1.00"), ("54", "2.00")), "qr_duplicate_tag"),
    (changed("26", "0010cn.tongbao0010cn.tongbao"), "qr_duplicate_tag"),
    (changed("62", "01011" + "01012"), "qr_duplicate_tag"),
    (changed("00", None), "qr_missing_tag"),
    (changed("53", None), "qr_missing_tag"),
    (changed("58", None), "qr_missing_tag"),
    (changed("26", None), "qr_missing_tag"),
    (changed("26", "01101000000016"), "qr_missing_tag"),
    (changed("80", "0101x"), "qr_missing_tag"),
    (changed("64", "0002zh"), "qr_missing_tag"),
    (changed("26", "0010cn.tongbao0199x"), "qr_length_wrong"),
    (changed("26", "0010cn.tongbao01"), "qr_length_wrong"),
    (changed("62", "xx"), "qr_not_readable"),
    (changed("64", "00zh"), "qr_length_wrong"),
    (changed("00", "02"), "qr_value_wrong"),
    (changed("01", "13"), "qr_value_wrong"),
    (changed("01", "1"), "qr_value_wrong"),
    (changed("52", "58A2"), "qr_value_wrong"),
    (changed("53", "CNY"), "qr_value_wrong"),
    (changed("53", "１５６"), "qr_value_wrong"),
    (changed("53", "000"), "currency_unknown"),
    (changed("53", "959"), "currency_unknown"),
    (changed("58", "cn"), "qr_value_wrong"),
    (changed("58", "CHN"), "qr_value_wrong"),
    (changed("54", "0"), "qr_amount_wrong"),
    (changed("54", "0.00"), "qr_amount_wrong"),
    (changed("54", "-1"), "qr_amount_wrong"),
    (changed("54", "1.005"), "qr_amount_wrong"),
    (changed("54", "1,000"), "qr_amount_wrong"),
    (changed("54", "NaN"), "qr_amount_wrong"),
    (changed("54", "1e400"), "qr_amount_wrong"),
    (changed("54", "１２"), "qr_amount_wrong"),
    (changed("54", ".5"), "qr_amount_wrong"),
    (changed("54", " 5"), "qr_amount_wrong"),
    (changed("54", "5\n"), "qr_amount_wrong"),
    (changed("54", "99999999999.99"), "qr_amount_wrong"),
    (changed("55", "04"), "qr_value_wrong"),
    (changed("55", "02"), "qr_missing_tag"),
    (changed("55", "03"), "qr_missing_tag"),
    (changed("56", "1.00"), "qr_value_wrong"),
    (changed("57", "5"), "qr_value_wrong"),
    (write(*BASE, ("55", "03"), ("57", "0.00")), "qr_value_wrong"),
    (write(*BASE, ("55", "03"), ("57", "100")), "qr_value_wrong"),
    (write(*BASE, ("55", "03"), ("57", "5%")), "qr_value_wrong"),
    (write(*BASE, ("55", "02"), ("56", "0.001")), "qr_amount_wrong"),
    (write(*BASE, ("55", "01"), ("57", "5")), "qr_value_wrong"),
    (
        write(*BASE, *[(str(tag), "0003a.b01" + "50" + "x" * 50) for tag in range(80, 89)]),
        "qr_too_long",
    ),
    ("0" * 10**6, "qr_too_long"),
    (changed("59", "a")[:-4].replace("5901a", "5901\ud800") + "0000", "qr_not_readable"),
]


@pytest.mark.parametrize(("text", "code"), MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_payloads_are_refused_by_their_own_code(text: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        emv.decode(text)
    assert caught.value.code == code
    assert caught.value.status == 422
    assert caught.value.sentence % caught.value.fields


def test_the_refusal_names_the_part_that_is_wrong() -> None:
    with pytest.raises(emv.QrDuplicateTag) as caught:
        emv.decode(changed("26", "0010cn.tongbao0010cn.tongbao"))
    assert caught.value.fields == {"tag": "26.00"}


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=80) | st.from_regex(r"[0-9]{8,60}", fullmatch=True))
def test_any_text_is_refused_by_a_refusal_only(text: str) -> None:
    for candidate in (text, with_crc(text.encode("utf-8", "replace").decode())):
        try:
            emv.decode(candidate)
        except Refusal:
            continue


# Writing

ANS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1)
LOCAL = st.text(st.sampled_from("面馆阿香𠮷é abc"), min_size=1)


def templates(first: str) -> st.SearchStrategy[dict[str, str]]:
    inner = st.dictionaries(
        st.integers(1, 49).map(lambda tag: f"{tag:02d}"),
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10),
        max_size=3,
    )
    return inner.map(lambda values: {"00": first, **values})


@st.composite
def payloads(draw: st.DrawFn) -> emv.EmvPayload:
    currency = draw(st.sampled_from(["CNY", "JPY", "KWD"]))
    money = st.integers(1, 10**9).map(lambda minor: Money(minor, currency))
    tip = draw(st.sampled_from(["", "01", "02", "03"]))
    return emv.EmvPayload(
        accounts={draw(st.sampled_from(["26", "31", "51"])): draw(templates("cn.tongbao"))},
        currency=currency,
        country=draw(st.sampled_from(["CN", "TH"])),
        name=draw(ANS.map(lambda text: text[:25])),
        city=draw(ANS.map(lambda text: text[:15])),
        initiation=draw(st.sampled_from([None, emv.STATIC, emv.DYNAMIC])),
        category=draw(st.from_regex("[0-9]{4}", fullmatch=True)),
        amount=draw(st.none() | money),
        tip=tip,
        tip_fixed=draw(money) if tip == "02" else None,
        tip_percent=draw(st.integers(1, 9999).map(lambda p: str(Decimal(p) / 100)))
        if tip == "03"
        else "",
        postal_code=draw(st.sampled_from(["", "100000"])),
        additional=draw(st.sampled_from([{}, {"01": "12"}, {"50": {"00": "a.b", "01": "x"}}])),
        language=draw(
            st.sampled_from(
                [{}, {"00": "zh", "01": "阿香面馆"}, {"00": "zh", "01": "𠮷", "02": "京"}]
            )
        ),
        other=draw(st.sampled_from([{}, {"65": "raw"}, {"80": {"00": "a.b", "03": "y"}}])),
    )


@settings(deadline=None, max_examples=300)
@given(payloads())
def test_what_is_written_is_read_back(payload: emv.EmvPayload) -> None:
    text = emv.encode(payload)

    assert emv.decode(text) == payload
    assert emv.encode(emv.decode(text)) == text
    assert text.startswith("000201")
    assert text[-8:-4] == "6304"


PLAIN = {
    "accounts": {"26": {"00": "cn.tongbao", "01": "1000000016"}},
    "currency": "CNY",
    "country": "CN",
    "name": "NOODLES",
    "city": "BEIJING",
    "category": "5812",
}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": ""}, "qr_missing_tag"),
        ({"city": ""}, "qr_missing_tag"),
        ({"category": ""}, "qr_missing_tag"),
        ({"country": ""}, "qr_missing_tag"),
        ({"accounts": {}}, "qr_missing_tag"),
        ({"accounts": {"26": {"01": "x"}}}, "qr_missing_tag"),
        ({"tip": "02"}, "qr_missing_tag"),
        ({"accounts": {"54": "1"}}, "qr_value_wrong"),
        ({"other": {"63": "0000"}}, "qr_value_wrong"),
        ({"name": "N" * 26}, "qr_length_wrong"),
        ({"city": "C" * 16}, "qr_length_wrong"),
        ({"additional": {"01": "x" * 96}}, "qr_length_wrong"),
        ({"other": {"65": "x" * 100}}, "qr_length_wrong"),
        ({"other": {str(tag): "x" * 99 for tag in range(65, 70)}}, "qr_too_long"),
        ({"amount": Money(0, "CNY")}, "qr_amount_wrong"),
        ({"amount": Money(-1, "CNY")}, "qr_amount_wrong"),
        ({"amount": Money(100, "JPY")}, "qr_amount_wrong"),
        ({"amount": Money(10**13, "CNY")}, "qr_amount_wrong"),
        ({"currency": "PTS"}, "currency_unknown"),
        ({"name": "\ud800"}, "qr_not_readable"),
    ],
    ids=str,
)
def test_what_cannot_be_written_is_refused(change: dict, code: str) -> None:
    assert emv.encode(emv.EmvPayload(**PLAIN))
    with pytest.raises(Refusal) as caught:
        emv.encode(emv.EmvPayload(**{**PLAIN, **change}))
    assert caught.value.code == code
