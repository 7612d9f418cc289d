"""What a member scans: our codes, our links, and everything foreign."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import Refusal
from foundation.money import Money
from merchants.stores.rules import store_number_from
from wallet.payments.rules import (
    MerchantPayload,
    ScannedPayCode,
    ScannedRequest,
    ScannedStore,
    emv,
    merchant_payload,
    read_payload,
    read_scan,
)

NUMBER = store_number_from(1)
UID = UUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301")
HOSTS = ("pay.example.cn", "localhost:8000")


def foreign_payload(unique_id: str = "com.other", number: str = NUMBER) -> str:
    return emv.encode(
        emv.EmvPayload(
            accounts={"26": {"00": unique_id, "01": number}},
            currency="CNY",
            country="CN",
            name="X",
            city="X",
            category="0000",
        )
    )


def test_a_static_code_in_full() -> None:
    text = merchant_payload(store_number=NUMBER, name="NOODLE HOUSE", city="CHENGDU")

    assert text == (
        "00020101021126280010cn.tongbao01101000000016"
        "5204000053031565802CN5912NOODLE HOUSE6007CHENGDU6304" + text[-4:]
    )
    assert read_payload(text) == MerchantPayload(NUMBER, "CNY", name="NOODLE HOUSE")
    assert emv.decode(text).initiation == emv.STATIC


def test_a_dynamic_code_names_its_request_and_amount() -> None:
    text = merchant_payload(
        store_number=NUMBER,
        name="阿香牛肉面馆",
        city="成都",
        amount=Money(1250, "CNY"),
        request_uid=UID,
        note="table 5",
    )

    assert read_payload(text) == MerchantPayload(
        NUMBER, "CNY", request_uid=UID, amount=Money(1250, "CNY"), name="阿香牛肉面馆"
    )
    payload = emv.decode(text)
    assert payload.initiation == emv.DYNAMIC
    assert payload.name == f"SHOP {NUMBER}"
    assert payload.name.isascii()
    assert payload.language == {"00": "zh", "01": "阿香牛肉面馆", "02": "成都"}
    assert payload.additional == {"08": "table 5"}


@settings(deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.none() | st.integers(1, 10**12 - 1),  # tag 54 has 13 characters
    st.none() | st.uuids(),
    st.integers(1, 899_999_999),
)
def test_any_shop_gets_a_code_that_is_read_back(
    name: str, city: str, minor: int | None, uid: UUID | None, sequence: int
) -> None:
    number = store_number_from(sequence)
    amount = None if minor is None else Money(minor, "CNY")

    text = merchant_payload(
        store_number=number, name=name, city=city, amount=amount, request_uid=uid, note=name
    )

    payload = read_payload(text)
    assert (payload.store_number, payload.request_uid, payload.amount) == (number, uid, amount)
    expected = ScannedRequest(uid) if uid else ScannedStore(number, amount)
    assert read_scan(text, HOSTS) == expected


def test_a_code_needs_a_shop_number() -> None:
    with pytest.raises(ValueError):
        merchant_payload(store_number="1234567890", name="X")


def test_our_account_may_stand_beside_others() -> None:
    payload = emv.EmvPayload(
        accounts={"26": {"00": "com.other"}, "40": {"00": "CN.Tongbao", "01": NUMBER}},
        currency="CNY",
        country="CN",
        name="X",
        city="X",
        category="0000",
    )
    assert read_payload(emv.encode(payload)).store_number == NUMBER


@pytest.mark.parametrize(
    ("accounts", "code"),
    [
        ({"26": {"00": "com.other", "01": NUMBER}}, "qr_foreign"),
        ({"02": NUMBER}, "qr_foreign"),
        ({"26": {"00": "cn.tongbao"}}, "qr_missing_tag"),
        ({"26": {"00": "cn.tongbao", "01": "1234567890"}}, "qr_value_wrong"),
        ({"26": {"00": "cn.tongbao", "01": "１234567890"}}, "qr_value_wrong"),
        ({"26": {"00": "cn.tongbao", "01": NUMBER, "02": "xyz"}}, "qr_value_wrong"),
        ({"26": {"00": "cn.tongbao", "01": NUMBER, "02": str(UID)}}, "qr_value_wrong"),
        (
            {"26": {"00": "cn.tongbao", "01": NUMBER}, "27": {"00": "cn.tongbao", "01": NUMBER}},
            "qr_duplicate_tag",
        ),
    ],
    ids=str,
)
def test_payloads_that_are_not_quite_ours(accounts: dict, code: str) -> None:
    text = emv.encode(
        emv.EmvPayload(
            accounts=accounts, currency="CNY", country="CN", name="X", city="X", category="0000"
        )
    )
    with pytest.raises(Refusal) as caught:
        read_payload(text)
    assert caught.value.code == code


# Fixed, so that every worker of a parallel run collects the same tests.
PAY_CODE = "281964026463302062"


@pytest.mark.parametrize(
    ("text", "scan"),
    [
        (f"https://pay.example.cn/w/pay/{UID}/", ScannedRequest(UID)),
        (f"https://pay.example.cn/w/pay/{UID}", ScannedRequest(UID)),
        (f"HTTPS://PAY.EXAMPLE.CN/w/pay/{str(UID).upper()}/", ScannedRequest(UID)),
        (f"https://pay.example.cn:8443/w/pay/{UID}/", ScannedRequest(UID)),
        (f"http://localhost:8000/w/pay/{UID}/?from=chat#x", ScannedRequest(UID)),
        (f"  https://pay.example.cn/w/shop/{NUMBER}/\n", ScannedStore(NUMBER)),
        (NUMBER, ScannedStore(NUMBER)),
        (f" {NUMBER[:4]} {NUMBER[4:8]}-{NUMBER[8:]} ", ScannedStore(NUMBER)),
        (PAY_CODE, ScannedPayCode(PAY_CODE)),
        (f"{PAY_CODE[:4]} {PAY_CODE[4:]}", ScannedPayCode(PAY_CODE)),
    ],
)
def test_what_is_ours(text: str, scan: object) -> None:
    assert read_scan(text, HOSTS) == scan


BAD = [
    ("", "scan_missing"),
    (" \n\u3000", "scan_missing"),
    ("hello", "scan_unknown"),
    ("面馆", "scan_unknown"),
    ("123", "scan_unknown"),
    ("１０００００００１６", "scan_unknown"),
    ("\x00", "scan_unknown"),
    ("6901234567892", "scan_unknown"),
    ("1" * 17, "scan_unknown"),
    ("1234567890", "store_number_wrong"),
    (NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10), "store_number_wrong"),
    (NUMBER[:-1], "store_number_wrong"),
    ("13800138000", "store_number_wrong"),
    ("281234567890123456", "pay_code_unknown"),
    ("134567890123456789", "pay_code_unknown"),
    ("1" * 19, "qr_length_wrong"),
    (foreign_payload(), "qr_foreign"),
    (foreign_payload()[:-1] + "Z", "qr_crc_wrong"),
    ("https://pay.example.cn/", "scan_unknown"),
    ("https://pay.example.cn/w/history/", "scan_unknown"),
    ("https://pay.example.cn/w/pay/1/", "scan_unknown"),
    (f"https://pay.example.cn/w/pay/{UID.hex}/", "scan_unknown"),
    (f"https://pay.example.cn/w/pay/{UID}/check/", "scan_unknown"),
    (f"https://pay.example.cn/x/../w/pay/{UID}/", "scan_unknown"),
    (f"https://pay.example.cn//w/pay/{UID}/", "scan_unknown"),
    ("https://pay.example.cn/w/shop/1234567890/", "store_number_wrong"),
    ("https://pay.example.cn/w/shop/１234567890/", "scan_unknown"),
    *[
        (link, "scan_foreign_link")
        for link in (
            f"https://evil.example/w/pay/{UID}/",
            f"https://pay.example.cn.evil.example/w/pay/{UID}/",
            f"https://evil.example/https://pay.example.cn/w/pay/{UID}/",
            f"https://pay.example.cn@evil.example/w/pay/{UID}/",
            f"https://evil.example@pay.example.cn/w/pay/{UID}/",
            f"https://pay.example.cn\\@evil.example/w/pay/{UID}/",
            f"https://evil.example\\.pay.example.cn/w/pay/{UID}/",
            f"https://pay.example.cn\t.evil.example/w/pay/{UID}/",
            f"https://pay.example.cn/w/pay/\n{UID}/",
            f"https://xpay.example.cn/w/pay/{UID}/",
            f"https://localhost:9000/w/pay/{UID}/",
            f"https://localhost/w/pay/{UID}/",
            f"https://ｐay.example.cn/w/pay/{UID}/",
            f"https://[::1/w/pay/{UID}/",
            f"ftp://pay.example.cn/w/pay/{UID}/",
            f"//pay.example.cn/w/pay/{UID}/",
            f"www.pay.example.cn/w/pay/{UID}/",
            f"https:/w/pay/{UID}/",
            f"https:///w/pay/{UID}/",
            "javascript:alert(1)",
            "data:text/html,x",
            "wxp://f2f0abc",
            "https://qr.alipay.com/fkx123",
            "weixin://wxpay/bizpayurl?pr=abc",
            "upwallet://x",
            "https://pay.example.cn/" + "x" * 3000,
        )
    ],
]


@pytest.mark.parametrize(("text", "code"), BAD, ids=range(len(BAD)))
def test_everything_else_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_scan(text, HOSTS)
    assert caught.value.code == code
    assert caught.value.sentence % caught.value.fields


def test_no_host_is_ours_when_none_is_named() -> None:
    for hosts in ((), ("",)):
        for link in (f"https://pay.example.cn/w/pay/{UID}/", f"https:///w/pay/{UID}/"):
            with pytest.raises(Refusal) as caught:
                read_scan(link, hosts)
            assert caught.value.code == "scan_foreign_link"


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=60))
def test_any_text_is_a_scan_or_a_refusal(text: str) -> None:
    for candidate in (text, f"https://pay.example.cn/{text}", f"https:{text}"):
        try:
            scan = read_scan(candidate, HOSTS)
        except Refusal:
            continue
        assert isinstance(scan, ScannedRequest | ScannedStore | ScannedPayCode)
