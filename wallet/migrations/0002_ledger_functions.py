"""The ledger's functions and triggers, from wallet/ledger/sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "ledger" / "sql"
FILES = ("guards", "account", "hold", "post")

UNDO = """
do $$
declare
    v_name text;
begin
    for v_name in
        select format('drop function if exists %s cascade', p.oid::regprocedure)
          from pg_proc p
         where p.proname like 'ledger\\_%' and p.pronamespace = current_schema()::regnamespace
    loop
        execute v_name;
    end loop;
    drop type if exists ledger_part;
end $$;
"""


def text(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("wallet", "0001_initial")]

    operations = [
        migrations.RunSQL(
            [(text(name), None) for name in FILES],
            [(UNDO, None)],
        )
    ]
