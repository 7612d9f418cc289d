"""The audit trail only grows, and the shared cache has its table."""

from django.core.management import call_command
from django.db import migrations

GUARD = """
create function foundation_refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'TRUNCATE' and current_setting('tongbao.truncate', true) = 'allowed' then
        return null;
    end if;
    raise exception '% on % is refused: rows are only ever added', tg_op, tg_table_name
        using errcode = 'TB003';
end $$;

create trigger audit_append_only before update or delete on foundation_auditrecord
    for each row execute function foundation_refuse_change();
create trigger audit_no_truncate before truncate on foundation_auditrecord
    for each statement execute function foundation_refuse_change();
"""
UNGUARD = """
drop trigger audit_append_only on foundation_auditrecord;
drop trigger audit_no_truncate on foundation_auditrecord;
drop function foundation_refuse_change();
"""


def create_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
    ]
