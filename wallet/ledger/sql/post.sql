-- Posting: N journals in one round trip, all or nothing.
--
-- Lock order: logical account id, then stripe number. Legs are taken in this order whatever
-- their order in the journal, so two postings never wait for each other in a circle.
-- Every refusal is an exception, so that nothing of the call stays behind.

drop type if exists ledger_part cascade;
-- One physical leg: what became of a leg, or of its share on one stripe.
-- No version and no balance: appended to a fold account, without touching its row.
create type ledger_part as (
    no int, account_id bigint, amount bigint, version bigint, balance bigint, at timestamptz
);

-- Say why one leg cannot be posted.
create or replace function ledger_refuse(p_account bigint, p_amount bigint) returns void
language plpgsql as $$
declare
    v_account ledger_account%rowtype;
    v_code text;
begin
    select * into v_account from ledger_account where id = p_account;
    v_code := case
        when v_account.id is null or v_account.mode = 'stripe' then 'TB002'
        when v_account.closed_at is not null then 'TB006'
        when coalesce(p_amount, 0) = 0 then 'TB008'
        when p_amount > 0 then 'TB005'
        else 'TB001'
    end;
    raise exception 'account % refuses %', p_account, p_amount
        using errcode = v_code, detail = coalesce(p_account, 0)::text;
end $$;

-- Change one physical account under its gate; null when the gate refuses.
-- p_release gives back that much of what is held (a captured hold).
create or replace function ledger_move(
    p_no int, p_account bigint, p_amount bigint, p_release bigint, p_at timestamptz
) returns ledger_part language plpgsql as $$
declare
    v_part ledger_part;
begin
    update ledger_account
       set posted_minor = posted_minor + p_amount, held_minor = held_minor - p_release,
           version = version + 1,
           last_at = greatest(last_at, coalesce(p_at, clock_timestamp()))
     where id = p_account and closed_at is null
       and (posted_minor - held_minor + p_release + p_amount >= floor_minor) is not false
       and (p_amount < 0 or (posted_minor + p_amount <= ceiling_minor) is not false)
    returning p_no, id, p_amount, version, posted_minor, last_at into v_part;
    return case when found then v_part end;
end $$;

-- The stripe this connection works on.
create or replace function ledger_own_stripe(p_account bigint) returns bigint
language sql stable as $$
    select s.id from ledger_account a
      join ledger_account s on s.stripe_of_id = a.id
           and s.stripe_no = 1 + pg_backend_pid() % a.stripe_count
     where a.id = p_account
$$;

create or replace function ledger_lock_stripes(p_account bigint) returns void
language plpgsql as $$
begin
    perform 1 from ledger_account where stripe_of_id = p_account
     order by stripe_no for no key update;
end $$;

-- Take a debit from a striped account: from the own stripe when it covers it, otherwise from
-- the richest first, so that nothing the sum covers is refused.
-- p_locked: every stripe is locked already.
create or replace function ledger_debit_stripes(
    p_no int, p_account bigint, p_amount bigint, p_at timestamptz, p_locked boolean
) returns ledger_part[] language plpgsql as $$
declare
    v_left bigint := -p_amount;
    v_part ledger_part;
    v_parts ledger_part[];
    v_stripe record;
begin
    if not p_locked then
        -- A failed attempt may have locked the stripe out of order: its savepoint undoes that.
        begin
            v_part := ledger_move(p_no, ledger_own_stripe(p_account), p_amount, 0, p_at);
            if v_part is null then
                raise exception 'short' using errcode = 'TB0ZZ';
            end if;
            return array[v_part];
        exception when sqlstate 'TB0ZZ' then
            null;
        end;
        perform ledger_lock_stripes(p_account);
    end if;
    for v_stripe in
        select id, posted_minor - held_minor - floor_minor as available
          from ledger_account
         where stripe_of_id = p_account and posted_minor - held_minor > floor_minor
         order by 2 desc, 1
    loop
        v_part := ledger_move(p_no, v_stripe.id, -least(v_left, v_stripe.available), 0, p_at);
        v_parts := v_parts || v_part;
        v_left := v_left + v_part.amount;
        if v_left = 0 then
            return v_parts;
        end if;
    end loop;
    perform ledger_refuse(p_account, p_amount);
end $$;

-- Take a debit out of a hold; from several stripes when the hold lies on several.
create or replace function ledger_capture(
    p_no int, p_hold uuid, p_account bigint, p_amount bigint, p_at timestamptz, p_journal bigint
) returns ledger_part[] language plpgsql as $$
declare
    v_hold ledger_hold%rowtype;
    v_share record;
    v_part ledger_part;
    v_parts ledger_part[];
    v_left bigint := -p_amount;
    v_remaining bigint;
begin
    select * into v_hold from ledger_hold where uid = p_hold;
    if not found then
        raise exception 'hold % is unknown', p_hold using errcode = 'TB009';
    elsif v_hold.account_id <> p_account or p_amount >= 0 then
        raise exception 'hold % is for debits of account %', p_hold, v_hold.account_id
            using errcode = 'TB012';
    end if;
    v_remaining := ledger_lock_hold(v_hold.id);
    if v_left > v_remaining then
        raise exception 'hold % has only % left', p_hold, v_remaining
            using errcode = 'TB010', detail = v_remaining::text;
    elsif v_hold.expires_at <= coalesce(p_at, clock_timestamp()) then
        raise exception 'hold % has expired', p_hold using errcode = 'TB011';
    end if;
    for v_share in
        select account_id, sum(amount_minor)::bigint as remaining from ledger_hold_move
         where hold_id = v_hold.id group by 1 having sum(amount_minor) > 0 order by 1
    loop
        v_part := ledger_move(p_no, v_share.account_id, -least(v_left, v_share.remaining),
                              least(v_left, v_share.remaining), p_at);
        if v_part is null then
            perform ledger_refuse(p_account, p_amount);
        end if;
        insert into ledger_hold_move (hold_id, account_id, kind, amount_minor, journal_id, at)
        values (v_hold.id, v_part.account_id, 'captured', v_part.amount, p_journal, v_part.at);
        v_parts := v_parts || v_part;
        v_left := v_left + v_part.amount;
        exit when v_left = 0;
    end loop;
    if v_remaining = -p_amount then
        update ledger_hold set settled_at = v_part.at where id = v_hold.id;
    end if;
    return v_parts;
end $$;

-- Post one journal leg by leg: any number of legs, any mode, holds. p_done holds the leg that
-- the caller has applied already. Returns the journal's id.
create or replace function ledger_post_journal(
    p_uid uuid, p_kind text, p_reference text, p_at timestamptz,
    p_accounts bigint[], p_amounts bigint[], p_holds uuid[], p_done ledger_part default null
) returns bigint language plpgsql as $$
declare
    v_journal bigint := nextval('ledger_journal_id_seq');
    v_leg record;
    v_part ledger_part;
    v_parts ledger_part[] := '{}';
    v_locked bigint := 0;
begin
    for v_leg in
        select l.no::int, l.account_id, l.amount, p_holds[l.no] as hold, a.mode, a.floor_minor,
               a.closed_at, bool_or(l.amount < 0 or p_holds[l.no] is not null) over w as debited,
               count(*) over w as legs
          from unnest(p_accounts, p_amounts) with ordinality as l (account_id, amount, no)
          left join ledger_account a on a.id = l.account_id
        window w as (partition by l.account_id)
         order by l.account_id, l.no
    loop
        if v_leg.no = p_done.no then
            v_parts := v_parts || p_done;
            continue;
        end if;
        if v_leg.mode is null or v_leg.mode = 'stripe' or coalesce(v_leg.amount, 0) = 0
           or v_leg.closed_at is not null then
            perform ledger_refuse(v_leg.account_id, v_leg.amount);
        end if;
        if v_leg.mode = 'striped' and v_leg.legs > 1 and v_leg.debited
           and v_locked <> v_leg.account_id then
            perform ledger_lock_stripes(v_leg.account_id);
            v_locked := v_leg.account_id;
        end if;
        if v_leg.hold is not null then
            v_parts := v_parts || ledger_capture(
                v_leg.no, v_leg.hold, v_leg.account_id, v_leg.amount, p_at, v_journal);
        elsif v_leg.mode = 'fold' and not v_leg.debited then
            v_parts := v_parts || (v_leg.no, v_leg.account_id, v_leg.amount, null, null,
                                   coalesce(p_at, clock_timestamp()))::ledger_part;
        elsif v_leg.mode = 'striped' and v_leg.amount < 0 and v_leg.floor_minor is not null then
            v_parts := v_parts || ledger_debit_stripes(
                v_leg.no, v_leg.account_id, v_leg.amount, p_at, v_locked = v_leg.account_id);
        else
            if v_leg.mode = 'fold' then
                perform ledger_fold_account(v_leg.account_id);
            end if;
            v_part := ledger_move(
                v_leg.no, case v_leg.mode when 'striped' then ledger_own_stripe(v_leg.account_id)
                                          else v_leg.account_id end, v_leg.amount, 0, p_at);
            if v_part is null then
                perform ledger_refuse(v_leg.account_id, v_leg.amount);
            end if;
            v_parts := v_parts || v_part;
        end if;
    end loop;
    insert into ledger_journal (id, uid, kind, reference, posted_at)
    values (v_journal, p_uid, p_kind, p_reference,
            coalesce(p_at, (select max(at) from unnest(v_parts)), clock_timestamp()));
    insert into ledger_entry
        (journal_id, leg_no, account_id, version, amount_minor, balance_minor, posted_at)
    select v_journal, row_number() over (order by p.no, p.nth), p.account_id, p.version,
           p.amount, p.balance, p.at
      from unnest(v_parts) with ordinality
           as p (no, account_id, amount, version, balance, at, nth);
    return v_journal;
end $$;

-- One leg on an account that is not inline, where that is simple: a credit of a fold account,
-- appended without a look at its row; a striped account's own stripe, when no floor asks for a
-- look at the others. Null: not simple, or refused.
create or replace function ledger_post_special(
    p_no int, p_account bigint, p_amount bigint, p_at timestamptz
) returns ledger_part language plpgsql as $$
declare
    v_mode text;
    v_floor bigint;
begin
    select mode, floor_minor into v_mode, v_floor from ledger_account
     where id = p_account and closed_at is null;
    if v_mode = 'fold' and p_amount > 0 then
        return (p_no, p_account, p_amount, null, null,
                coalesce(p_at, clock_timestamp()))::ledger_part;
    elsif v_mode = 'striped' and (p_amount > 0 or v_floor is null) then
        return ledger_move(p_no, ledger_own_stripe(p_account), p_amount, 0, p_at);
    end if;
    return null;
end $$;

-- Post one journal of two legs, the usual payment: p_amount on the first account, its opposite
-- on the second. Without arrays and loops: what a batch shares among its journals, this one
-- would pay alone. Anything unusual goes leg by leg. Returns the journal's id.
create or replace function ledger_post(
    p_uid uuid, p_kind text, p_reference text, p_at timestamptz,
    p_first bigint, p_second bigint, p_amount bigint
) returns bigint language plpgsql as $$
declare
    v_account1 bigint := p_first; v_amount1 bigint := p_amount; v_leg1 smallint := 1;
    v_account2 bigint := p_second; v_amount2 bigint := -p_amount; v_leg2 smallint := 2;
    v_version1 bigint; v_balance1 bigint; v_at1 timestamptz;
    v_version2 bigint; v_balance2 bigint; v_at2 timestamptz;
    v_id bigint;
    v_part ledger_part;
begin
    if p_amount = 0 then
        perform ledger_refuse(p_first, 0);
    elsif p_first > p_second then
        -- The account with the lower id is locked first.
        v_account1 := p_second; v_amount1 := -p_amount; v_leg1 := 2;
        v_account2 := p_first; v_amount2 := p_amount; v_leg2 := 1;
    end if;
    update ledger_account
       set posted_minor = posted_minor + v_amount1, version = version + 1,
           last_at = greatest(last_at, coalesce(p_at, clock_timestamp()))
     where id = v_account1 and mode = 'inline' and closed_at is null
       and (posted_minor - held_minor + v_amount1 >= floor_minor) is not false
       and (v_amount1 < 0 or (posted_minor + v_amount1 <= ceiling_minor) is not false)
    returning version, posted_minor, last_at into v_version1, v_balance1, v_at1;
    if not found then
        v_part := ledger_post_special(v_leg1, v_account1, v_amount1, p_at);
        if v_part is null then
            return ledger_post_journal(p_uid, p_kind, p_reference, p_at, array[p_first, p_second],
                                       array[p_amount, -p_amount], null);
        end if;
        v_account1 := v_part.account_id; v_version1 := v_part.version;
        v_balance1 := v_part.balance; v_at1 := v_part.at;
    end if;
    update ledger_account
       set posted_minor = posted_minor + v_amount2, version = version + 1,
           last_at = greatest(last_at, coalesce(p_at, clock_timestamp()))
     where id = v_account2 and mode = 'inline' and closed_at is null
       and (posted_minor - held_minor + v_amount2 >= floor_minor) is not false
       and (v_amount2 < 0 or (posted_minor + v_amount2 <= ceiling_minor) is not false)
    returning version, posted_minor, last_at into v_version2, v_balance2, v_at2;
    if not found then
        v_part := ledger_post_special(v_leg2, v_account2, v_amount2, p_at);
        if v_part is null then
            return ledger_post_journal(
                p_uid, p_kind, p_reference, p_at, array[p_first, p_second],
                array[p_amount, -p_amount], null,
                (v_leg1, v_account1, v_amount1, v_version1, v_balance1, v_at1)::ledger_part);
        end if;
        v_account2 := v_part.account_id; v_version2 := v_part.version;
        v_balance2 := v_part.balance; v_at2 := v_part.at;
    end if;
    insert into ledger_journal (uid, kind, reference, posted_at)
    values (p_uid, p_kind, p_reference, coalesce(p_at, v_at2))
    returning id into v_id;
    insert into ledger_entry
        (journal_id, leg_no, account_id, version, amount_minor, balance_minor, posted_at)
    values (v_id, v_leg1, v_account1, v_version1, v_amount1, v_balance1, v_at1),
           (v_id, v_leg2, v_account2, v_version2, v_amount2, v_balance2, v_at2);
    return v_id;
end $$;

-- Post N journals. The legs of all of them lie in one row of arrays, in order: p_journals says
-- which journal (1 … N) a leg belongs to, p_legs its number in it. p_ats may hold nulls: then
-- the time after the lock. p_holds is null when no leg captures a hold. Returns the ids.
create or replace function ledger_post(
    p_uids uuid[], p_kinds text[], p_references text[], p_ats timestamptz[], p_journals int[],
    p_legs int[], p_accounts bigint[], p_amounts bigint[], p_holds uuid[] default null
) returns bigint[] language plpgsql as $$
begin
    if cardinality(p_uids) > 1 then
        return ledger_post_many(p_uids, p_kinds, p_references, p_ats,
                                p_journals, p_legs, p_accounts, p_amounts, p_holds);
    end if;
    return array[ledger_post_journal(p_uids[1], p_kinds[1], p_references[1], p_ats[1],
                                     p_accounts, p_amounts, p_holds)];
end $$;

-- A batch of journals: set by set on inline and fold accounts and on stripes that need no look
-- at each other, otherwise leg by leg behind locks that are all taken, in order, beforehand.
-- The plans are made once: one made for these very arrays would cost more than it saves. And
-- nested loops only: the order in which rows are locked is the order in which they are asked for.
create or replace function ledger_post_many(
    p_uids uuid[], p_kinds text[], p_references text[], p_ats timestamptz[], p_journals int[],
    p_legs int[], p_accounts bigint[], p_amounts bigint[], p_holds uuid[]
) returns bigint[] language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    v_special bigint[] := array(
        select id from ledger_account where id = any (p_accounts) and mode <> 'inline');
    v_accounts bigint[] := p_accounts;
    v_appended bigint[];
    v_ids bigint[] := '{}';
    v_from int := 1;
    v_to int;
begin
    if cardinality(v_special) > 0 or p_holds is not null then
        select o_accounts, o_appended into v_accounts, v_appended
          from ledger_lock_batch(p_accounts, p_amounts, p_holds);
    end if;
    if v_accounts is not null then
        return ledger_post_batch(p_uids, p_kinds, p_references, p_ats, p_journals, p_legs,
                                 v_accounts, p_amounts, v_appended);
    end if;
    for v_no in 1 .. cardinality(p_uids) loop
        v_to := v_from - 1;
        while p_journals[v_to + 1] = v_no loop
            v_to := v_to + 1;
        end loop;
        v_ids := v_ids || ledger_post_journal(
            p_uids[v_no], p_kinds[v_no], p_references[v_no], p_ats[v_no],
            p_accounts[v_from:v_to], p_amounts[v_from:v_to], p_holds[v_from:v_to]);
        v_from := v_to + 1;
    end loop;
    return v_ids;
end $$;

-- Lock the accounts of a batch that is not all inline. o_accounts: the physical account of each
-- leg, or null when the batch has to go leg by leg (holds; debits of a striped account with a
-- floor). o_appended: the fold accounts that only take credits here.
create or replace function ledger_lock_batch(
    p_accounts bigint[], p_amounts bigint[], p_holds uuid[],
    out o_accounts bigint[], out o_appended bigint[]
) language plpgsql as $$
declare
    v_striped bigint[];
    v_spread bigint[];
    v_debited bigint[];
    v_inline bigint[];
    v_unknown bigint;
begin
    select array_agg(distinct a.id) filter (where a.mode = 'striped'),
           array_agg(distinct a.id) filter (where a.mode = 'striped' and l.amount < 0
                                                  and a.floor_minor is not null),
           coalesce(array_agg(distinct a.id) filter (where a.mode = 'fold' and l.amount < 0), '{}'),
           array_agg(distinct a.id) filter (where a.mode = 'inline'),
           array_agg(distinct a.id) filter (where a.mode = 'fold'),
           min(l.account_id) filter (where a.id is null or a.mode = 'stripe')
      into v_striped, v_spread, v_debited, v_inline, o_appended, v_unknown
      from unnest(p_accounts, p_amounts) as l (account_id, amount)
      left join ledger_account a on a.id = l.account_id;
    if v_unknown is not null then
        perform ledger_refuse(v_unknown, 1);
    end if;
    o_appended := array(select unnest(o_appended) except select unnest(v_debited));
    o_accounts := p_accounts;
    if v_striped is not null then
        o_accounts := array(
            select coalesce(case when l.account_id = any (v_striped)
                                 then ledger_own_stripe(l.account_id) end, l.account_id)
              from unnest(p_accounts) with ordinality as l (account_id, no) order by no);
    end if;
    perform 1 from ledger_account
      where id = any (v_inline || v_debited)
         or v_striped is not null and id = any (o_accounts) and mode = 'stripe'
         or stripe_of_id = any (case when p_holds is null then v_spread else v_striped end)
      order by coalesce(stripe_of_id, id), stripe_no for no key update;
    if v_spread is not null or p_holds is not null then
        o_accounts := null;
    else
        perform ledger_fold_account(id) from unnest(v_debited) as id;
    end if;
end $$;

-- A batch in one statement: lock, gate each leg on its running balance, write everything.
create or replace function ledger_post_batch(
    p_uids uuid[], p_kinds text[], p_references text[], p_ats timestamptz[], p_journals int[],
    p_legs int[], p_accounts bigint[], p_amounts bigint[], p_appended bigint[]
) returns bigint[] language plpgsql
set plan_cache_mode = force_generic_plan as $$
declare
    v_ids bigint[] := array(
        select nextval('ledger_journal_id_seq') from generate_series(1, cardinality(p_uids)));
    v_bad record;
    v_now timestamptz;
begin
    with locked as materialized (
        select id, posted_minor, held_minor, floor_minor, ceiling_minor, version, last_at,
               closed_at
          from ledger_account
         where id = any (p_accounts) and id <> all (coalesce(p_appended, '{}'))
         order by coalesce(stripe_of_id, id), stripe_no for no key update
    ), clock as materialized (
        -- Counted, so that the clock is read when every lock is held.
        select count(*) as count, clock_timestamp() as now from locked
    ), placed as materialized (
        select l.journal, l.leg, l.no, l.account_id, l.amount, a.id as locked_id, a.held_minor,
               a.floor_minor, a.ceiling_minor, a.closed_at,
               a.version + row_number() over w as version,
               (a.posted_minor + sum(l.amount) over w)::bigint as balance,
               greatest(a.last_at, max(coalesce(p_ats[l.journal], clock.now)) over w) as at
          from unnest(p_journals, p_legs, p_accounts, p_amounts)
               with ordinality as l (journal, leg, account_id, amount, no)
          cross join clock
          left join locked a on a.id = l.account_id
        window w as (partition by l.account_id order by l.no)
    ), bad as materialized (
        select account_id, amount from placed
         where locked_id is null and (p_appended is null or account_id <> all (p_appended))
            or closed_at is not null or amount = 0
            or amount < 0 and balance - held_minor < floor_minor
            or amount > 0 and balance > ceiling_minor
         order by no limit 1
    ), journals as (
        insert into ledger_journal (id, uid, kind, reference, posted_at)
        select v_ids[j.no], j.uid, j.kind, j.reference, coalesce(j.at, clock.now)
          from unnest(p_uids, p_kinds, p_references, p_ats)
               with ordinality as j (uid, kind, reference, at, no)
          cross join clock
         where not exists (select from bad)
    ), entries as (
        insert into ledger_entry
            (journal_id, leg_no, account_id, version, amount_minor, balance_minor, posted_at)
        select v_ids[journal], leg, account_id, version, amount, balance,
               case when locked_id is null then coalesce(p_ats[journal], at) else at end
          from placed
         where not exists (select from bad)
         order by no
    ), totals as (
        update ledger_account a
           set posted_minor = a.posted_minor + t.amount, version = t.version, last_at = t.at
          from (select locked_id, sum(amount)::bigint as amount, max(version) as version,
                       max(at) as at
                  from placed where locked_id is not null group by locked_id) t
         where a.id = t.locked_id and not exists (select from bad)
    )
    select * into v_bad from bad;
    if found then
        perform ledger_refuse(v_bad.account_id, v_bad.amount);
    end if;
    return v_ids;
end $$;
