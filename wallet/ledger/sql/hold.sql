-- Holds: money set aside. A hold is a row; what happens to it are rows; what is left of it is
-- the sum of these; the account's held_minor is the sum over its holds.

-- Lock the accounts that a hold lies on, in order, and return what is left of it.
create or replace function ledger_lock_hold(p_hold bigint) returns bigint language plpgsql as $$
begin
    perform 1 from ledger_account
      where id in (select account_id from ledger_hold_move where hold_id = p_hold)
      order by coalesce(stripe_of_id, id), stripe_no for no key update;
    return (select sum(amount_minor)::bigint from ledger_hold_move where hold_id = p_hold);
end $$;

create or replace function ledger_hold_place(
    p_uid uuid, p_account bigint, p_amount bigint, p_reference text,
    p_at timestamptz, p_expires_at timestamptz
) returns void language plpgsql as $$
declare
    v_account ledger_account%rowtype;
    v_hold bigint;
    v_left bigint := p_amount;
    v_share record;
begin
    select * into v_account from ledger_account where id = p_account;
    if not found or v_account.mode = 'stripe' or v_account.closed_at is not null
       or coalesce(p_amount, 0) <= 0 then
        perform ledger_refuse(p_account, least(p_amount, 0));
    end if;
    if v_account.mode = 'striped' then
        perform ledger_lock_stripes(p_account);
    elsif v_account.mode = 'fold' then
        perform ledger_fold_account(p_account);
    else
        perform 1 from ledger_account where id = p_account for no key update;
    end if;
    insert into ledger_hold (uid, account_id, amount_minor, reference, placed_at, expires_at)
    values (p_uid, p_account, p_amount, p_reference, coalesce(p_at, clock_timestamp()), p_expires_at)
    returning id into v_hold;
    for v_share in
        select id, case when floor_minor is null then p_amount
                        else posted_minor - held_minor - floor_minor end as available
          from ledger_account
         where (id = p_account and mode <> 'striped' or stripe_of_id = p_account)
           and closed_at is null
           and (floor_minor is null or posted_minor - held_minor > floor_minor)
         order by 2 desc, 1
    loop
        update ledger_account set held_minor = held_minor + least(v_left, v_share.available)
         where id = v_share.id;
        insert into ledger_hold_move (hold_id, account_id, kind, amount_minor, at)
        values (v_hold, v_share.id, 'placed', least(v_left, v_share.available),
                coalesce(p_at, clock_timestamp()));
        v_left := v_left - least(v_left, v_share.available);
        exit when v_left = 0;
    end loop;
    if v_left > 0 then
        perform ledger_refuse(p_account, -p_amount);
    end if;
end $$;

-- Give back part of a hold, or what is left of it. Returns how much was given back; 0 when it
-- was settled already, which a sweep may meet and a person is told (rules.HoldSettled).
create or replace function ledger_hold_release(
    p_hold uuid, p_amount bigint, p_kind text, p_at timestamptz
) returns bigint language plpgsql as $$
declare
    v_hold ledger_hold%rowtype;
    v_remaining bigint;
    v_left bigint;
    v_share record;
    v_take bigint;
    v_at timestamptz := coalesce(p_at, clock_timestamp());
begin
    select * into v_hold from ledger_hold where uid = p_hold;
    if not found then
        raise exception 'hold % is unknown', p_hold using errcode = 'TB009';
    end if;
    v_remaining := ledger_lock_hold(v_hold.id);
    v_left := coalesce(p_amount, v_remaining);
    if v_left > v_remaining or v_left < 0 or p_amount = 0 then
        raise exception 'hold % has only % left', p_hold, v_remaining
            using errcode = 'TB010', detail = v_remaining::text;
    end if;
    for v_share in
        select account_id, sum(amount_minor)::bigint as remaining from ledger_hold_move
         where hold_id = v_hold.id group by 1 having sum(amount_minor) > 0 order by 1
    loop
        exit when v_left = 0;
        v_take := least(v_left, v_share.remaining);
        update ledger_account set held_minor = held_minor - v_take where id = v_share.account_id;
        insert into ledger_hold_move (hold_id, account_id, kind, amount_minor, at)
        values (v_hold.id, v_share.account_id, p_kind, -v_take, v_at);
        v_left := v_left - v_take;
    end loop;
    if v_remaining > 0 and coalesce(p_amount, v_remaining) = v_remaining then
        update ledger_hold set settled_at = v_at where id = v_hold.id;
    end if;
    return coalesce(p_amount, v_remaining);
end $$;

-- Release what is left of holds whose time is over, in the order of their accounts.
create or replace function ledger_hold_expire(p_at timestamptz, p_limit int) returns int
language plpgsql as $$
declare
    v_uid uuid;
    v_count int := 0;
begin
    for v_uid in
        select due.uid
          from (select uid, account_id, id from ledger_hold
                 where settled_at is null and expires_at <= p_at
                 order by expires_at limit p_limit) due
         order by due.account_id, due.id
    loop
        if ledger_hold_release(v_uid, null, 'expired', p_at) > 0 then
            v_count := v_count + 1;
        end if;
    end loop;
    return v_count;
end $$;
