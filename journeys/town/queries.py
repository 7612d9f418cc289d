import base64
import hashlib
from dataclasses import dataclass

from foundation.jobs import queries as jobs
from foundation.jobs.queries import JobDetail
from journeys.town import rules

KIND = "town:"


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """One person that the demo can be seen as."""

    role: str
    name: str
    phone: str
    how: str


def job_kind(*, seed: int, members: int, payments: int) -> str:
    """Return the kind of the job that fills a town with these options."""
    return f"{KIND}{seed}:{members}:{payments}"


def find_town() -> JobDetail | None:
    """Return the job that fills or filled the town, or None."""
    return jobs.find_latest_of(kind_prefix=KIND)


def totp_secret_of(*, seed: int, phone: str) -> str:
    """Return a demo operator's secret: development only, because a seed is no secret."""
    return base64.b32encode(hashlib.sha256(f"totp {seed} {phone}".encode()).digest()[:20]).decode()


def list_sign_ins() -> list[DemoSignIn]:
    """Return the named people of the demo town; the same for every seed but for the names."""
    seed = rules.SEED
    known = rules.residents(seed=seed, count=rules.KNOWN_PEOPLE)
    first, second = rules.operators(seed=seed)
    owner, cashier = rules.owner(seed=seed, place=0), rules.cashier(seed=seed, place=0)
    shop = rules.SHOPS[0].name
    code = "code at /dev/inbox/"
    pin = f"{code}, PIN {rules.PIN}"
    app = f"{code}, then the app's code from there"
    return [
        *(
            DemoSignIn(f"member, {one.age}, {one.size} text", one.name, one.phone, pin)
            for one in known
        ),
        DemoSignIn(f"owner of {shop}", owner.name, owner.phone, pin),
        DemoSignIn(f"cashier of {shop}", cashier.name, cashier.phone, pin),
        DemoSignIn("operator, everything", first.name, first.phone, app),
        DemoSignIn("operator, may look", second.name, second.phone, app),
    ]
