-- Opening, closing and folding accounts.

-- Get or create the one account of (code, owner, currency). Two openers at once get the same.
create or replace function ledger_open(
    p_code text, p_owner uuid, p_currency text, p_mode text,
    p_floor bigint, p_ceiling bigint, p_stripes int
) returns ledger_account language plpgsql as $$
declare
    v_account ledger_account%rowtype;
begin
    select * into v_account from ledger_account
     where code = p_code and owner_uid is not distinct from p_owner and currency = p_currency
       and stripe_no = 0;
    if found then
        return v_account;
    end if;
    insert into ledger_account
        (code, owner_uid, currency, mode, floor_minor, ceiling_minor, stripe_count)
    values (p_code, p_owner, p_currency, p_mode, p_floor, p_ceiling,
            case p_mode when 'striped' then p_stripes else 0 end)
    on conflict do nothing
    returning * into v_account;
    if not found then
        select * into v_account from ledger_account
         where code = p_code and owner_uid is not distinct from p_owner and currency = p_currency
           and stripe_no = 0;
    elsif p_mode = 'striped' then
        -- A floor is a promise about the sum: the first stripe carries all of it.
        insert into ledger_account
            (code, owner_uid, currency, mode, floor_minor, stripe_of_id, stripe_no)
        select p_code, p_owner, p_currency, 'stripe',
               case when n = 1 or p_floor is null then p_floor else 0 end, v_account.id, n
          from generate_series(1, p_stripes) as n;
    end if;
    return v_account;
end $$;

-- Close an inline account that is empty and holds nothing.
create or replace function ledger_close(p_account bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
    v_account ledger_account%rowtype;
begin
    select * into v_account from ledger_account where id = p_account for no key update;
    if not found then
        raise exception 'account % is unknown', p_account using errcode = 'TB002';
    elsif v_account.mode <> 'inline' then
        raise exception 'account % is %', p_account, v_account.mode using errcode = 'TB014';
    elsif v_account.posted_minor <> 0 or v_account.held_minor <> 0 then
        raise exception 'account % is not empty', p_account using errcode = 'TB016';
    end if;
    update ledger_account set closed_at = coalesce(closed_at, p_at) where id = p_account;
end $$;

-- Change an account's floor and ceiling. What lies above a new ceiling stays there.
create or replace function ledger_set_limits(p_account bigint, p_floor bigint, p_ceiling bigint)
returns void language plpgsql as $$
declare
    v_mode text;
begin
    select mode into v_mode from ledger_account where id = p_account for no key update;
    if not found or v_mode = 'stripe' then
        raise exception 'account % is unknown', p_account using errcode = 'TB002';
    elsif v_mode = 'striped' or (v_mode = 'fold' and p_ceiling is not null) then
        raise exception 'account % is %', p_account, v_mode using errcode = 'TB014';
    elsif v_mode = 'fold' then
        perform ledger_fold_account(p_account);
    end if;
    update ledger_account set floor_minor = p_floor, ceiling_minor = p_ceiling
     where id = p_account and (p_floor is null or posted_minor - held_minor >= p_floor);
    if not found then
        raise exception 'account % is below that floor', p_account using errcode = 'TB014';
    end if;
end $$;

-- Give every entry that waits on a fold account its version and balance, oldest first, under
-- the lock of the account. p_before leaves younger ones waiting (the worker's watermark): a
-- posting that commits a moment late still finds its place in time. A fold that cannot wait (a
-- debit) takes all, and a late entry's time is raised to the account's last. Returns how many.
create or replace function ledger_fold_account(
    p_account bigint, p_before timestamptz default 'infinity', p_limit int default null
) returns bigint language plpgsql as $$
declare
    v_account ledger_account%rowtype;
    v_count bigint;
begin
    select * into v_account from ledger_account where id = p_account for no key update;
    with waiting as materialized (
        select journal_id, leg_no, amount_minor, posted_at
          from ledger_entry
         where account_id = p_account and version is null and posted_at < p_before
         order by posted_at, journal_id, leg_no
         limit p_limit
    ), placed as materialized (
        select w.*, row_number() over o as nth, sum(w.amount_minor) over o as running
          from waiting w window o as (order by w.posted_at, w.journal_id, w.leg_no)
    ), filled as (
        update ledger_entry e
           set version = v_account.version + p.nth,
               balance_minor = v_account.posted_minor + p.running,
               posted_at = greatest(e.posted_at, v_account.last_at)
          from placed p
         where e.journal_id = p.journal_id and e.leg_no = p.leg_no
    ), total as (
        select count(*) as count, sum(amount_minor)::bigint as amount, max(posted_at) as at
          from waiting
    )
    update ledger_account a
       set posted_minor = a.posted_minor + t.amount, version = a.version + t.count,
           last_at = greatest(a.last_at, t.at)
      from total t
     where a.id = p_account and t.count > 0
    returning t.count into v_count;
    return coalesce(v_count, 0);
end $$;

-- The worker's round: fold accounts in the order of their ids; one that is locked waits for the
-- next round. Returns how many entries were folded.
create or replace function ledger_fold(p_before timestamptz, p_limit int) returns bigint
language plpgsql as $$
declare
    v_account bigint;
    v_count bigint := 0;
begin
    for v_account in
        select a.id from ledger_account a
         where a.mode = 'fold'
           and exists (select from ledger_entry e
                        where e.account_id = a.id and e.version is null and e.posted_at < p_before)
         order by a.id
    loop
        perform 1 from ledger_account where id = v_account for no key update skip locked;
        if found then
            v_count := v_count + ledger_fold_account(v_account, p_before, p_limit - v_count::int);
            exit when v_count >= p_limit;
        end if;
    end loop;
    return v_count;
end $$;
