"""Members in the back office: masked, revealed with a reason, stopped and started."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from foundation.audit.models import AuditRecord
from foundation.users.models import User
from tests.factories.members import open_member
from wallet.risk.queries import find_frozen_at

pytestmark = pytest.mark.django_db
LIST = "/ops/members/profile/"


def colleague(*codenames: str) -> tuple[User, Client]:
    user = open_member(display_name="客服小李")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 1.0, "type": "totp"}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    client.cookies["django_language"] = "en"
    return user, client


def test_lists_and_records_are_masked() -> None:
    member = open_member(display_name="王小兰")
    _, client = colleague("view_profile")
    for page in (LIST, f"{LIST}{member.pk}/change/"):
        text = client.get(page).text
        assert member.phone[3:] not in text
        assert "王小兰" not in text
        assert "王**" in text
    assert AuditRecord.objects.count() == 0


def test_a_reveal_takes_a_reason_and_is_written_down() -> None:
    member = open_member(display_name="王小兰")
    user, client = colleague("view_profile", "change_profile")
    page = f"{LIST}{member.pk}/reveal"
    page = client.get(page, follow=True).request["PATH_INFO"]
    assert "王小兰" not in client.get(page).text
    client.post(page, {"reason": "no"})
    assert AuditRecord.objects.count() == 0
    text = client.post(page, {"reason": "complaint 17"}).text
    assert "王小兰" in text
    record = AuditRecord.objects.get()
    assert (record.act, record.actor_id, record.reason) == (
        "members.reveal",
        user.pk,
        "complaint 17",
    )
    assert record.target_uid == str(member.uid)
    assert record.detail == {}


def test_a_reveal_takes_a_permission() -> None:
    member = open_member(display_name="王小兰")
    _, client = colleague("view_profile")
    answer = client.post(f"{LIST}{member.pk}/reveal", {"reason": "complaint 17"}, follow=True)
    assert "王小兰" not in answer.text
    assert AuditRecord.objects.count() == 0


@pytest.mark.parametrize(
    ("permission", "allowed"), [("add_walletstop", True), ("view_walletstop", False)]
)
def test_a_stop_takes_a_permission_and_a_reason(permission, allowed) -> None:
    member = open_member()
    _, client = colleague("view_profile", permission)
    page = f"/ops/members/walletstop/stop/{member.pk}/"
    client.post(page, {"reason": ""})
    assert find_frozen_at(user_id=member.pk) is None
    answer = client.post(page, {"reason": "police report 5"})
    assert answer.status_code == (302 if allowed else 403)
    assert (find_frozen_at(user_id=member.pk) is not None) is allowed


def test_a_start_ends_the_stop() -> None:
    member = open_member()
    _, client = colleague("view_profile", "add_walletstop", "change_walletstop")
    client.post(f"/ops/members/walletstop/stop/{member.pk}/", {"reason": "police report 5"})
    client.post(f"/ops/members/walletstop/start/{member.pk}/", {"reason": "report withdrawn"})
    assert find_frozen_at(user_id=member.pk) is None
    assert AuditRecord.objects.count() == 2


@pytest.mark.parametrize(
    "page", ["joindraft", "notice", "paymentpin", "profile", "proofcode", "walletstop"]
)
def test_every_list_opens_and_members_stay_out(page) -> None:
    _, client = colleague(f"view_{page}")
    assert client.get(f"/ops/members/{page}/").status_code == 200
    outsider = Client()
    outsider.force_login(open_member())
    assert outsider.get(f"/ops/members/{page}/").status_code in (302, 403)
