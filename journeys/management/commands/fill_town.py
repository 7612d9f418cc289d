import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation import clock
from journeys.town import rules
from journeys.town.actions import AlreadyFilled, HalfFilled, fill

WIDTH = 28
EVERY_SECONDS = 0.1
WORDS = {
    "plan": "planning two months",
    "people": "members move in",
    "shops": "shops open",
    "payments": "payments and refunds",
    "events": "events to their consumers",
    "notices": "notices are read",
}


class Command(BaseCommand):
    help = "Fill the demo town: members, shops, and two months of payments, from a seed."
    # Already filled is said at once: the checks run at every start of the site anyway.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=rules.SEED)
        parser.add_argument("--members", type=int, default=rules.MEMBERS)
        parser.add_argument("--payments", type=int, default=rules.PAYMENTS)

    def handle(self, *, seed: int, members: int, payments: int, **options: Any) -> None:
        if not settings.DEVELOPMENT_PAGES:
            raise CommandError("The demo town is for development only: its sign-ins are public.")
        if not 3 <= members <= 9000 or not 0 < payments <= 500_000:
            raise CommandError("Choose 3 to 9000 members and 1 to 500000 payments.")
        bar = ProgressBar()
        try:
            filled = fill(
                seed=seed, members=members, payments=payments, at=clock.now(), say=bar.show
            )
        except AlreadyFilled:
            self.stdout.write("The demo town is already filled.")
            return
        except HalfFilled as error:
            raise CommandError(
                "The demo town was half filled with other options. Give the same options again."
            ) from error
        finally:
            bar.end()
        self.stdout.write(
            f"The demo town is filled: {filled.members} members, {filled.shops} shops,"
            f" {filled.payments} payments, {filled.refunds} refunds, {filled.top_ups} top-ups"
            f" in {filled.seconds} s."
        )


class ProgressBar:
    """One line on the terminal; without a terminal, one line for each part of the work."""

    def __init__(self) -> None:
        self.shown_at = 0.0
        self.part = ""

    def show(self, part: str, done: int, total: int) -> None:
        new_part = part != self.part
        self.part = part
        if not sys.stderr.isatty():
            if new_part:
                print(f"  {WORDS[part]} …", file=sys.stderr, flush=True)
            return
        now = time.monotonic()
        if not new_part and done < total and now - self.shown_at < EVERY_SECONDS:
            return
        self.shown_at = now
        filled = WIDTH * done // max(total, 1)
        bar = "█" * filled + "·" * (WIDTH - filled)
        print(f"\r  {bar} {done:>6}/{total:<6} {WORDS[part]:<28}", end="", file=sys.stderr,
              flush=True)  # fmt: skip

    def end(self) -> None:
        if sys.stderr.isatty() and self.part:
            print("\r" + " " * 78 + "\r", end="", file=sys.stderr, flush=True)
