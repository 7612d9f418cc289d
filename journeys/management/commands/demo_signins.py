import unicodedata
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from journeys.town import queries


class Command(BaseCommand):
    help = "Print who the demo can be seen as, and how to sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT_PAGES:
            raise CommandError("There are demo sign-ins in development only.")
        rows = [("role", "name", "phone", "how to sign in")]
        rows += [
            (one.role, one.name, one.phone.removeprefix("+86"), one.how)
            for one in queries.list_sign_ins()
        ]
        widths = [max(_width(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            cells = (
                text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
            )
            self.stdout.write("  ".join(cells).rstrip())


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
