import datetime as dt
from collections.abc import Sequence

from foundation import clock
from foundation.db import entry
from foundation.money import Money
from journeys.town import rules
from journeys.town.actions.people import CURRENCY, OpenShop, Wallet
from wallet.funding import queries as funding_queries
from wallet.funding.actions import bulk as funding
from wallet.funding.actions.bulk import PastTopUp
from wallet.funding.rules import TopUpUnknown
from wallet.ledger import actions as ledger
from wallet.payments import queries as payments_queries
from wallet.payments.actions import bulk as payments
from wallet.payments.actions.bulk import PastPayment, PastRefund
from wallet.payments.rules import payment_uid_of
from wallet.risk import actions as risk


def post_batch(
    *, batch: Sequence[rules.Happening], wallets: Sequence[Wallet], shops: Sequence[OpenShop]
) -> bool:
    """Let a stretch of the town's days happen; return whether it had not happened before.

    At most 1000 happenings: one posting of the ledger.
    """
    if _happened(batch[0], wallets):
        # The run before this one was killed after it; a batch is posted whole or not at all.
        return False
    _post(batch=batch, wallets=wallets, shops=shops)
    return True


def _happened(one: rules.Happening, wallets: Sequence[Wallet]) -> bool:
    if isinstance(one, rules.Purchase):
        return payments_queries.find_request(uid=one.uid) is not None
    if isinstance(one, rules.TopUp):
        user_id = wallets[one.member].payer.id
        try:
            funding_queries.get_top_up(uid=one.uid, user_id=user_id)
        except TopUpUnknown:
            return False
        return True
    detail = payments_queries.get_record(
        uid=payment_uid_of(one.purchase.uid), user=wallets[one.purchase.member].payer
    )
    return any(line.refunded_at == one.at for line in detail.record.refunds)


@entry
def _post(
    *, batch: Sequence[rules.Happening], wallets: Sequence[Wallet], shops: Sequence[OpenShop]
) -> None:
    journals = funding.import_confirmed(
        top_ups=[_top_up(one, wallets) for one in batch if isinstance(one, rules.TopUp)]
    )
    journals += payments.import_captured(
        payments=[_payment(one, wallets, shops) for one in batch if isinstance(one, rules.Purchase)]
    )
    journals += payments.import_refunded(
        refunds=[_refund(one, shops) for one in batch if isinstance(one, rules.Return)]
    )
    journals.sort(key=lambda journal: journal.at)
    ledger.post(journals=journals)


@entry
def count_today(
    *, happened: Sequence[rules.Happening], wallets: Sequence[Wallet], today: dt.date
) -> None:
    """Count what was paid today against the day's limits; days gone by matter to no limit."""
    for one in happened:
        if clock.day_of(one.at) != today:
            continue
        if isinstance(one, rules.Purchase):
            risk.assess(
                user_id=wallets[one.member].payer.id,
                amount=Money(one.amount_minor, CURRENCY),
                at=one.at,
                challenged=True,
            )
        elif isinstance(one, rules.Return) and clock.day_of(one.purchase.at) == today:
            risk.give_back(
                user_id=wallets[one.purchase.member].payer.id,
                amount=Money(one.amount_minor, CURRENCY),
                day=today,
            )


def _top_up(one: rules.TopUp, wallets: Sequence[Wallet]) -> PastTopUp:
    wallet = wallets[one.member]
    return PastTopUp(
        uid=one.uid,
        reference=one.reference,
        user_id=wallet.payer.id,
        account_id=wallet.account_id,
        amount_minor=one.amount_minor,
        started_at=one.started_at,
        confirmed_at=one.at,
    )


def _payment(
    one: rules.Purchase, wallets: Sequence[Wallet], shops: Sequence[OpenShop]
) -> PastPayment:
    wallet, shop = wallets[one.member], shops[one.shop]
    # A printed code's request is opened by the member, the others at the counter.
    opener = wallet.payer if one.scene == "static" else shop.cashier
    return PastPayment(
        request_uid=one.uid,
        reference=one.reference,
        scene=one.scene,
        payee=shop.payee,
        payer=wallet.payer,
        payer_account_id=wallet.account_id,
        amount_minor=one.amount_minor,
        note=one.note,
        created_by_id=opener.id,
        opened_at=one.opened_at,
        captured_at=one.at,
    )


def _refund(one: rules.Return, shops: Sequence[OpenShop]) -> PastRefund:
    return PastRefund(
        payment_uid=payment_uid_of(one.purchase.uid),
        amount=Money(one.amount_minor, CURRENCY),
        reason=one.reason,
        actor=shops[one.purchase.shop].owner,
        at=one.at,
    )
