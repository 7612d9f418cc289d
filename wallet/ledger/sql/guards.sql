-- What the database itself refuses, whoever asks: the rules that no code path can forget.
-- Every failure carries a SQLSTATE of class TB, mapped to refusals in wallet/ledger/rules.py.
--
-- Why triggers and no CHECK: PostgreSQL parses a table's check expressions again for every
-- statement that writes it, a third of the price of updating a balance for each. What an account
-- is is checked once, when it is opened.

-- Free space in each page keeps the new version of a balance within the page (HOT).
alter table ledger_account set (fillfactor = 50);

-- Zero sum per journal and currency; and a journal's legs come complete in one statement:
-- numbered from 1 without a gap. With the key (journal_id, leg_no) nobody can add legs later.
-- One walk, for one payment and for a batch alike. Accounts carry no foreign key, so the check
-- finds them, too, by a sub-select: a join whose plan was kept from a batch would read every
-- account for one payment.
create or replace function ledger_entry_check() returns trigger language plpgsql as $$
declare
    v_journal bigint; v_leg_no smallint; v_amount bigint; v_currency text;
    v_this bigint; v_count int := 0; v_total bigint := 0; v_in text; v_plain boolean := true;
begin
    for v_journal, v_leg_no, v_amount, v_currency in
        select e.journal_id, e.leg_no, e.amount_minor,
               (select a.currency from ledger_account a
                 where a.id = e.account_id and a.mode <> 'striped')
          from added e
    loop
        if v_leg_no = 1 and v_total = 0 and v_currency is not null then
            v_this := v_journal;
            v_in := v_currency;
            v_count := 1;
            v_total := v_amount;
        elsif v_journal = v_this and v_currency = v_in and v_leg_no = v_count + 1 then
            v_count := v_leg_no;
            v_total := v_total + v_amount;
        else
            v_plain := false;
            exit;
        end if;
    end loop;
    if v_total <> 0 or not v_plain then
        -- Several currencies, another order, or something wrong: look closely.
        perform ledger_entry_refuse(array_agg(e.journal_id), array_agg(e.leg_no),
                                    array_agg(e.account_id), array_agg(e.amount_minor))
           from added e;
    end if;
    return null;
end $$;

-- Refuse what is wrong in these entries; journals in several currencies may be fine.
create or replace function ledger_entry_refuse(
    p_journals bigint[], p_leg_nos smallint[], p_accounts bigint[], p_amounts bigint[]
) returns void language plpgsql as $$
declare
    v_bad record;
begin
    with leg as (
        select l.journal_id, l.leg_no, l.amount_minor,
               (select a.currency from ledger_account a
                 where a.id = l.account_id and a.mode <> 'striped') as currency
          from unnest(p_journals, p_leg_nos, p_accounts, p_amounts)
               as l (journal_id, leg_no, account_id, amount_minor)
    ), total as (
        select journal_id, currency, sum(amount_minor) as total, count(*) as legs,
               min(leg_no) as first_leg, max(leg_no) as last_leg
          from leg group by journal_id, currency
    )
    select journal_id, bool_or(currency is null) as unknown,
           min(first_leg) <> 1 or max(last_leg) <> sum(legs) as torn,
           sum(total) as total, min(currency) <> max(currency) as several
      into v_bad
      from total
     group by journal_id
    having bool_or(total <> 0 or currency is null)
        or min(first_leg) <> 1 or max(last_leg) <> sum(legs)
     order by journal_id
     limit 1;
    if not found then
        return;
    elsif v_bad.unknown then
        raise exception 'journal % has a leg on an unknown account', v_bad.journal_id
            using errcode = 'TB002';
    elsif v_bad.torn then
        raise exception 'the legs of journal % are posted together or not at all', v_bad.journal_id
            using errcode = 'TB013';
    elsif v_bad.total = 0 and v_bad.several then
        raise exception 'journal % turns one currency into another', v_bad.journal_id
            using errcode = 'TB004';
    end if;
    raise exception 'journal % does not sum to zero', v_bad.journal_id using errcode = 'TB003';
end $$;

create or replace trigger ledger_entry_check after insert on ledger_entry
    referencing new table as added for each statement execute function ledger_entry_check();

create or replace function ledger_immutable() returns trigger language plpgsql as $$
begin
    if tg_op = 'TRUNCATE' and current_setting('tongbao.truncate', true) = 'allowed' then
        return null;
    end if;
    raise exception '% of % is refused: a correction is a reversing journal',
        lower(tg_op), tg_table_name using errcode = 'TB013';
end $$;

do $$
declare
    v_table text;
begin
    foreach v_table in array array['ledger_account', 'ledger_journal', 'ledger_entry',
                                   'ledger_hold', 'ledger_hold_move'] loop
        execute format('create or replace trigger %1$s_delete before delete on %1$s
                        for each row execute function ledger_immutable()', v_table);
        execute format('create or replace trigger %1$s_truncate before truncate on %1$s
                        for each statement execute function ledger_immutable()', v_table);
    end loop;
    foreach v_table in array array['ledger_journal', 'ledger_hold_move'] loop
        execute format('create or replace trigger %1$s_update before update on %1$s
                        for each statement execute function ledger_immutable()', v_table);
    end loop;
end $$;

-- The one update of an entry: the fold gives it its place, once. Its time may only be raised
-- to the account's last, so that time never runs against the version. (After, not before: a
-- table with a row trigger before updates has every row locked, and logged, once more.)
create or replace trigger ledger_entry_update after update on ledger_entry for each row
    when (old.version is not null or new.version is null or new.balance_minor is null
          or new.journal_id <> old.journal_id or new.leg_no <> old.leg_no
          or new.account_id <> old.account_id or new.amount_minor <> old.amount_minor
          or new.posted_at < old.posted_at)
    execute function ledger_immutable();

-- The one update of a hold: settled, once.
create or replace trigger ledger_hold_update after update on ledger_hold for each row
    when (old.settled_at is not null or new.settled_at is null
          or new.id <> old.id or new.uid <> old.uid or new.account_id <> old.account_id
          or new.amount_minor <> old.amount_minor or new.reference <> old.reference
          or new.placed_at <> old.placed_at or new.expires_at is distinct from old.expires_at)
    execute function ledger_immutable();

-- What an account is never changes; its figures and limits do. A statement that so much as
-- names one of these columns is refused, which costs the posting nothing.
create or replace trigger ledger_account_update
    before update of id, code, owner_uid, currency, mode, stripe_of_id, stripe_no, stripe_count,
                     opened_at on ledger_account
    for each statement execute function ledger_immutable();

create or replace function ledger_account_check() returns trigger language plpgsql as $$
begin
    if new.currency !~ '^[A-Z]{3}$'
       or new.mode not in ('inline', 'fold', 'striped', 'stripe')
       or (new.mode = 'stripe') <> (new.stripe_of_id is not null)
       or (new.mode = 'stripe') <> (new.stripe_no > 0)
       or (new.mode = 'striped') <> (new.stripe_count > 0)
       or (new.ceiling_minor is not null and new.mode <> 'inline')
       or new.held_minor <> 0 or new.posted_minor <> 0 or new.version <> 0
       or new.floor_minor > 0 then
        raise exception 'account % % cannot be opened like this', new.code, new.currency
            using errcode = 'TB014';
    end if;
    return new;
end $$;

create or replace trigger ledger_account_check before insert on ledger_account
    for each row execute function ledger_account_check();
