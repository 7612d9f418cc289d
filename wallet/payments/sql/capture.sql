-- Everything that a payment writes into this room, in one round trip: the hot path.
--
-- The request moves on only if it is still open, and without that row nothing else is written.
-- A function, because the server then keeps the plans of its statements: planning them anew took
-- as long as running them. The caller holds the lock on the request's row.
--
-- Of the drawn references the first that is free is taken; the table's constraint settles the
-- rest. Null comes back when the request was no longer open.
create or replace function payments_capture(
    p_request bigint, p_uid uuid, p_payer bigint, p_at timestamptz, p_references text[],
    p_accounts bigint[], p_roles text[], p_amounts bigint[]
) returns text language plpgsql as $$
declare
    v_request wallet_paymentrequest%rowtype;
    v_reference text := p_references[1];
    v_payment bigint;
begin
    update wallet_paymentrequest
       set status = 'paid', ended_at = p_at, payer_id = p_payer
     where id = p_request and status = 'open'
    returning * into v_request;
    if not found then
        return null;
    end if;

    if exists (select from wallet_payment where reference = v_reference) then
        v_reference := p_references[2];
    end if;
    insert into wallet_payment (
        uid, reference, request_id, payer_id, payer_account_id, payee_account_id, payee_uid,
        payee_merchant_uid, payee_name, payee_number, amount_minor, currency, note, captured_at,
        refunded_minor, status
    ) values (
        p_uid, v_reference, p_request, p_payer, p_accounts[1], v_request.payee_account_id,
        v_request.payee_uid, v_request.payee_merchant_uid, v_request.payee_name,
        v_request.payee_number, v_request.amount_minor, v_request.currency, v_request.note, p_at,
        0, 'captured'
    ) returning id into v_payment;

    -- One by one, so that the ids follow the order of the legs: the member's own is the first.
    for i in 1 .. cardinality(p_accounts) loop
        insert into wallet_paymentleg (payment_id, account_id, role, amount_minor, refunded_minor)
        values (v_payment, p_accounts[i], p_roles[i], p_amounts[i], 0);
    end loop;

    insert into wallet_paymentmove (subject, subject_id, from_status, to_status, actor_id, at)
    values ('request', p_request, 'open', 'paid', p_payer, p_at),
           ('payment', v_payment, '', 'captured', p_payer, p_at);
    return v_reference;
end $$;
