"""The functions of payments, from wallet/payments/sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "payments" / "sql"
UNDO = (
    "drop function if exists payments_capture"
    "(bigint, uuid, bigint, timestamptz, text[], bigint[], text[], bigint[])"
)


class Migration(migrations.Migration):
    dependencies = [("wallet", "0002_ledger_functions")]

    operations = [
        migrations.RunSQL(
            [((SQL / "capture.sql").read_text(encoding="utf-8"), None)], [(UNDO, None)]
        )
    ]
