"""Run the benchmark on the database of DATABASE_URL and print one table.

python -m bench [--quick] [--only ledger|http] [--json FILE]
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

DATABASE = "tongbao_bench"


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, rougher figures")
    parser.add_argument("--only", choices=["ledger", "http"])
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"))
    options = parser.parse_args()

    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ["DEBUG"] = "0"
    os.environ["DATABASE_URL"] = _fresh_database(os.environ["DATABASE_URL"])
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    rows = _measure(options)
    _print(rows)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False), encoding="utf-8")
    print(f"\nwritten to {options.json}")
    return 0


def _fresh_database(url: str) -> str:
    """Make an empty database beside the one that the URL names, and return its URL."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"drop database if exists {DATABASE} with (force)")
        admin.execute(f"create database {DATABASE}")
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{DATABASE}"))


def _measure(options: argparse.Namespace) -> list[dict[str, Any]]:
    from bench import http, ledger

    rows: list[dict[str, Any]] = []
    if options.only != "http":
        seconds, rounds = (1.0, 3) if options.quick else (3.0, 5)
        rows += ledger.run(dsn=os.environ["DATABASE_URL"], seconds=seconds, rounds=rounds)
    if options.only != "ledger":
        rounds, calls = (3, 80) if options.quick else (7, 160)
        rows += http.run(rounds=rounds, calls=calls)
    return rows


def _print(rows: list[dict[str, Any]]) -> None:
    width = max(len(row["name"]) for row in rows)
    print(f"{'':{width}}  {'value':>10}  {'':<10}  {'ratio':>6}  goal")
    for row in rows:
        ratio = "" if row.get("ratio") is None else f"{row['ratio']:.2f}"
        print(
            f"{row['name']:{width}}  {row['value']:>10}  {row['unit']:<10}  {ratio:>6}"
            f"  {row.get('goal', '')}"
        )


if __name__ == "__main__":
    sys.exit(main())
