"""Prove every invariant of the ledger; exit 1 on any break."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wallet.ledger import queries


class Command(BaseCommand):
    """Print what was proven as a table of figures, and every break with its first places."""

    help = "Proves every invariant of the ledger and exits 1 on any break."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print breaks only")

    def handle(self, *args: Any, **options: Any) -> None:
        report = queries.verify()
        if not options["quiet"]:
            self._figures(report)
        broken = {found.check: found for found in report.breaks}
        for check in report.checks:
            found = broken.get(check)
            if found is None:
                if not options["quiet"]:
                    self.stdout.write(f"  holds   {check}")
                continue
            places = ", ".join(str(place) for place in found.first)
            where = f": first {found.subject} {places}" if places else f" {found.subject}"
            self.stdout.write(self.style.ERROR(f"  BROKEN  {check} ({found.count}){where}"))
        if not report.clean:
            self.stdout.write(self.style.ERROR(f"{len(report.breaks)} invariants are broken."))
            raise SystemExit(1)
        self.stdout.write(self.style.SUCCESS(f"All {len(report.checks)} invariants hold."))

    def _figures(self, report: queries.Report) -> None:
        for figure in report.figures:
            self.stdout.write(f"  {figure.name:<32}{figure.value:>16,}")
        self.stdout.write("")
        self.stdout.write(f"  {'trial balance':<24}{'accounts':>8}{'minor units':>22}")
        for line in report.trial_balance:
            name = f"{line.currency} {line.code}"
            self.stdout.write(f"  {name:<24}{line.accounts:>8,}{line.total_minor:>22,}")
        self.stdout.write("")
