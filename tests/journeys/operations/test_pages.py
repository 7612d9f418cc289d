"""The operator's pages: what they show, what they write down, and how many queries they take."""

import datetime as dt
import re
import uuid

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation.audit.models import AuditRecord
from foundation.db import entry
from foundation.jobs.models import Job
from foundation.outbox import actions as outbox
from foundation.outbox.models import Delivery
from foundation.users.models import User
from journeys.operations import actions
from journeys.operations.admin import OURS
from journeys.town.actions import fill
from tests.factories.wallet import make_member
from wallet.payments.events import PaymentCaptured

AT = dt.datetime(2026, 3, 14, 4, 0, tzinfo=dt.UTC)


def lost_event() -> PaymentCaptured:
    """A payment at a store that does not exist: its consumer fails for good."""
    return PaymentCaptured(
        uid=uuid.uuid4(),
        reference="20260314000000000000",
        request_uid=uuid.uuid4(),
        scene="static",
        payer_id=1,
        store_uid=uuid.uuid4(),
        merchant_uid=uuid.uuid4(),
        payee_name="x",
        amount_minor=100,
        currency="CNY",
        captured_at=AT,
    )


def dead_letter() -> Delivery:
    entry(outbox.publish_many)(events=[lost_event()], hint=False)
    at = AT
    outbox.relay(at=at)
    for _ in range(9):
        at += dt.timedelta(days=1)
        while outbox.retry(at=at):
            pass
    return Delivery.objects.get(consumer="stores.day_totals", status="dead")


@pytest.mark.django_db
def test_a_number_is_masked_everywhere(office: Client, person: User) -> None:
    for path in ("/ops/foundation/user/", f"/ops/foundation/user/{person.pk}/change/"):
        text = office.get(path).content.decode()
        assert "+86137****5678" in text or "+8613****5678" in text or "****5678" in text
        assert "13712345678" not in text


@pytest.mark.django_db(transaction=True)
def test_a_look_at_a_number_needs_a_reason_and_is_kept(office: Client, person: User) -> None:
    path = reverse("operations:phone", args=[person.pk])
    assert "13712345678" not in office.get(path).content.decode()
    assert "13712345678" not in office.post(path, {"reason": "  "}).content.decode()
    assert not AuditRecord.objects.filter(act="operations.reveal_phone").exists()
    assert "+8613712345678" in office.post(path, {"reason": "投诉 1203"}).content.decode()
    kept = AuditRecord.objects.get(act="operations.reveal_phone")
    assert (kept.actor, kept.reason) == (office.user, "投诉 1203")
    assert kept.target_uid == str(person.uid)
    assert "137" not in str(kept.detail)


@pytest.mark.django_db(transaction=True)
def test_nobody_is_a_404(office: Client) -> None:
    answer = office.post(reverse("operations:phone", args=[10**9]), {"reason": "x"})
    assert AuditRecord.objects.filter(act="operations.reveal_phone").count() == 0
    assert answer.status_code in (200, 404)


@pytest.mark.django_db(transaction=True)
def test_a_dead_letter_is_tried_again(office: Client) -> None:
    letter = dead_letter()
    answer = office.post(
        "/ops/foundation/delivery/?status__exact=dead",
        {"action": "try_again", "_selected_action": [letter.pk]},
    )
    assert answer.status_code == 302
    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == ("retry", 0)


@pytest.mark.django_db(transaction=True)
def test_a_delivery_that_is_not_dead_is_left_alone(office: Client) -> None:
    entry(outbox.publish_many)(events=[lost_event()], hint=False)
    outbox.relay(at=AT)
    waiting = Delivery.objects.get(consumer="stores.day_totals")
    office.post(
        "/ops/foundation/delivery/", {"action": "try_again", "_selected_action": [waiting.pk]}
    )
    assert Delivery.objects.get(pk=waiting.pk).due_at == waiting.due_at


@pytest.mark.django_db(transaction=True)
def test_the_trial_balance_sums_to_zero(office: Client) -> None:
    make_member(balance_minor=12_345)
    text = office.get("/ops/trial-balance/").content.decode()
    assert "member.cash" in text
    assert "rail.clearing" in text
    assert text.count("¥123.45") == 4
    assert "¥0.00" in text


@pytest.mark.django_db(transaction=True)
def test_the_books_are_proven_by_a_job(office: Client) -> None:
    make_member(balance_minor=5_000)
    assert actions.prove_books(at=AT) is False
    office.post("/ops/books/")
    office.post("/ops/books/")
    assert Job.objects.filter(kind="ledger.proof").count() == 1
    assert "refresh" in office.get("/ops/books/").content.decode()
    assert actions.prove_books(at=AT) is True
    job = Job.objects.get(kind="ledger.proof")
    assert (job.status, job.done_count, job.result["clean"]) == ("done", 1, True)
    text = office.get("/ops/books/").content.decode()
    assert "refresh" not in text
    assert str(len(job.result["checks"])) in text
    assert AuditRecord.objects.filter(act="operations.ask_for_proof").count() == 1


@pytest.mark.django_db(transaction=True)
def test_sms_codes_are_hidden(office: Client) -> None:
    from foundation.messages import actions as messages
    from foundation.messages.models import OutgoingMessage

    entry(messages.send_sms)(phone="+8613712345678", text="Your code is 482913.", at=AT)
    row = OutgoingMessage.objects.get()
    text = office.get(f"/ops/foundation/outgoingmessage/{row.pk}/change/").content.decode()
    assert "••••••" in text
    assert "482913" not in text
    assert "13712345678" not in text


@pytest.mark.django_db(transaction=True)
def test_every_list_and_record_opens_with_few_queries(office: Client) -> None:
    fill(seed=3, members=10, payments=150, at=AT, say=lambda *progress: None)
    office.get("/ops/")
    seen = 0
    for model, page in admin.site._registry.items():
        if model._meta.app_label not in OURS:
            continue
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = office.get(path)
        assert answer.status_code == 200, path
        assert len(queries) <= 12, (path, len(queries), [q["sql"] for q in queries])
        row = page.get_queryset(answer.wsgi_request).first()
        if row is not None:
            change = path + f"{row.pk}/change/"
            with CaptureQueriesContext(connection) as queries:
                answer = office.get(change)
            assert answer.status_code == 200, change
            assert len(queries) <= 20, (change, len(queries), [q["sql"] for q in queries])
            seen += 1
    assert seen > 15


@pytest.mark.django_db(transaction=True)
def test_the_first_page_is_light(office: Client) -> None:
    fill(seed=3, members=10, payments=150, at=AT, say=lambda *progress: None)
    with CaptureQueriesContext(connection) as queries:
        text = office.get("/ops/").content.decode()
    assert len(queries) <= 12, [query["sql"] for query in queries]
    assert len(re.findall(r'<rect class="ops-bar', text)) == 30


@pytest.mark.django_db
def test_searches_are_bounded_and_bear_nonsense(office: Client) -> None:
    for path in ("wallet/ledgeraccount", "wallet/ledgerjournal", "foundation/user",
                 "foundation/outboxevent", "foundation/delivery", "wallet/payment"):  # fmt: skip
        for text in ("x", "member", str(uuid.uuid4()), "%", "'", "２"):
            assert office.get(f"/ops/{path}/", {"q": text}).status_code == 200, (path, text)
