import uuid

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.money import Money
from foundation.rest import MoneySerializer, key_of, limit_of
from journeys.counter import actions, queries
from merchants.stores import queries as stores
from merchants.stores.queries import StoreOf, Worker
from wallet.payments import queries as payments
from wallet.payments.rest import SignedMoneySerializer, problems, uid_cursor_of
from wallet.payments.rules import NOTE_CHARACTERS

UID = "0197d9a2-6d1c-7c3e-9a30-5f6b3f1f9c11"
PAYMENT_UID = "5b0f2a0e-52c7-5d0a-9c68-6f0a4f3a8f55"
MONEY_EXAMPLE = {"amount_minor": 2850, "currency": "CNY", "exponent": 2}
REQUEST_EXAMPLE = {
    "uid": UID,
    "status": "open",
    "scene": "dynamic",
    "amount": MONEY_EXAMPLE,
    "note": "2 碗面",
    "link": f"https://wallet.example/w/pay/{UID}/",
    "emv_payload": "00020101021226…6304A1B2",
    "created_at": "2026-03-14T12:00:00+08:00",
    "expires_at": "2026-03-14T12:15:00+08:00",
    "payment_uid": None,
}
PAYMENT_EXAMPLE = {
    "uid": PAYMENT_UID,
    "reference": "20260314123456789012",
    "request_uid": UID,
    "scene": "dynamic",
    "amount": MONEY_EXAMPLE,
    "refunded": {**MONEY_EXAMPLE, "amount_minor": 0},
    "status": "captured",
    "note": "2 碗面",
    "captured_at": "2026-03-14T12:01:00+08:00",
}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="8 to 100 printable characters, new for each thing you mean to do. Sent again"
    " with the same body, the first answer comes back and nothing happens twice.",
)
PROBLEMS = problems(400, 403, 404, 409, 422)


class AskSerializer(serializers.Serializer):
    """What to ask a customer for."""

    amount = MoneySerializer()
    note = serializers.CharField(
        max_length=NOTE_CHARACTERS, required=False, allow_blank=True, default=""
    )


class PayCodeChargeSerializer(AskSerializer):
    """What to charge, and the pay code that was scanned."""

    code = serializers.CharField(max_length=60, help_text="The 18 digits of the pay code.")


class StoreRequestSerializer(serializers.Serializer):
    """A payment request of a store. `link` and `emv_payload` are what its code says."""

    uid = serializers.UUIDField()
    status = serializers.ChoiceField(choices=["open", "paid", "cancelled", "expired"])
    scene = serializers.ChoiceField(choices=["dynamic", "static", "pay_code"])
    amount = MoneySerializer()
    note = serializers.CharField()
    link = serializers.URLField()
    emv_payload = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    payment_uid = serializers.UUIDField(allow_null=True)


class StorePaymentSerializer(serializers.Serializer):
    """A payment to a store, with what was given back of it."""

    uid = serializers.UUIDField(source="payment_uid")
    reference = serializers.CharField()
    request_uid = serializers.UUIDField()
    scene = serializers.ChoiceField(choices=["dynamic", "static", "pay_code"])
    amount = MoneySerializer()
    refunded = SignedMoneySerializer()
    status = serializers.ChoiceField(choices=["captured", "partly_refunded", "refunded"])
    note = serializers.CharField()
    captured_at = serializers.DateTimeField()


class StorePaymentsSerializer(serializers.Serializer):
    """One page of payments, newest first."""

    results = StorePaymentSerializer(many=True)
    next_cursor = serializers.UUIDField(
        allow_null=True, help_text="The `cursor` of the next page, or null on the last one."
    )


class RequestList(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="store_requests_create",
        summary="Ask a customer for an amount",
        tags=["stores"],
        parameters=[IDEMPOTENCY_KEY],
        request=AskSerializer,
        responses={201: StoreRequestSerializer, **PROBLEMS},
        examples=[
            OpenApiExample(
                "ask", value={"amount": MONEY_EXAMPLE, "note": "2 碗面"}, request_only=True
            ),
            OpenApiExample(
                "asked", value=REQUEST_EXAMPLE, response_only=True, status_codes=["201"]
            ),
        ],
    )
    def post(self, request: Request, store_uid: uuid.UUID) -> Response:
        store = stores.get_store(uid=store_uid, user=request.user)
        client, key = key_of(request)
        given = AskSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        asked = actions.collect(
            client=client,
            key=key,
            staff=Worker.of(request.user),
            store_uid=store_uid,
            amount=Money(**given.validated_data["amount"]),
            note=given.validated_data["note"],
            at=clock.now(),
        )
        return Response(_request_body(store, asked.request_uid), status=status.HTTP_201_CREATED)


class RequestPage(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="store_requests_retrieve",
        summary="See what became of a request",
        tags=["stores"],
        responses={200: StoreRequestSerializer, **problems(404)},
        examples=[OpenApiExample("request", value=REQUEST_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request, store_uid: uuid.UUID, request_uid: uuid.UUID) -> Response:
        store = stores.get_store(uid=store_uid, user=request.user)
        return Response(_request_body(store, request_uid))


class Cancellation(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="store_requests_cancel",
        summary="Take back a request that nobody has paid yet",
        tags=["stores"],
        request=None,
        responses={200: StoreRequestSerializer, **problems(404, 409)},
        examples=[
            OpenApiExample(
                "cancelled", value={**REQUEST_EXAMPLE, "status": "cancelled"}, response_only=True
            )
        ],
    )
    def post(self, request: Request, store_uid: uuid.UUID, request_uid: uuid.UUID) -> Response:
        store = stores.get_store(uid=store_uid, user=request.user)
        actions.cancel(
            staff=Worker.of(request.user),
            store_uid=store_uid,
            request_uid=request_uid,
            at=clock.now(),
        )
        return Response(_request_body(store, request_uid))


class PayCodeCharges(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="pay_code_charges_create",
        summary="Charge the customer whose pay code was scanned",
        description=(
            "Answers 201 with status `paid` when the money has moved. Above the customer's own"
            " limit it answers 202 with status `open`: the customer confirms on the phone within"
            " three minutes. Ask for the request until it is final."
        ),
        tags=["stores"],
        parameters=[IDEMPOTENCY_KEY],
        request=PayCodeChargeSerializer,
        responses={201: StoreRequestSerializer, 202: StoreRequestSerializer, **PROBLEMS},
        examples=[
            OpenApiExample(
                "charge",
                value={"code": "281234567890123452", "amount": MONEY_EXAMPLE, "note": ""},
                request_only=True,
            ),
            OpenApiExample(
                "paid",
                value={
                    **REQUEST_EXAMPLE,
                    "scene": "pay_code",
                    "status": "paid",
                    "payment_uid": PAYMENT_UID,
                },
                response_only=True,
                status_codes=["201"],
            ),
            OpenApiExample(
                "waiting",
                value={**REQUEST_EXAMPLE, "scene": "pay_code"},
                response_only=True,
                status_codes=["202"],
            ),
        ],
    )
    def post(self, request: Request, store_uid: uuid.UUID) -> Response:
        store = stores.get_store(uid=store_uid, user=request.user)
        client, key = key_of(request)
        given = PayCodeChargeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        charged = actions.charge_pay_code(
            client=client,
            key=key,
            staff=Worker.of(request.user),
            store_uid=store_uid,
            code=given.validated_data["code"],
            amount=Money(**given.validated_data["amount"]),
            note=given.validated_data["note"],
            at=clock.now(),
        )
        body = _request_body(store, charged.request_uid)
        return Response(body, status=201 if charged.status == "paid" else 202)


class StorePayments(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="store_payments_list",
        summary="List the payments of a store, newest first",
        tags=["stores"],
        parameters=[
            OpenApiParameter("cursor", OpenApiTypes.UUID, description="`next_cursor` of a page."),
            OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 50, 20 if not given."),
        ],
        responses={200: StorePaymentsSerializer, **problems(400, 404)},
        examples=[
            OpenApiExample(
                "payments",
                value={"results": [PAYMENT_EXAMPLE], "next_cursor": None},
                response_only=True,
            )
        ],
    )
    def get(self, request: Request, store_uid: uuid.UUID) -> Response:
        store = stores.get_store(uid=store_uid, user=request.user)
        limit = limit_of(request, most=50)
        rows = payments.list_for_store(
            store_uid=store.uid, before_uid=uid_cursor_of(request), limit=limit + 1
        )
        shown = rows[:limit]
        page = {
            "results": shown,
            "next_cursor": shown[-1].payment_uid if len(rows) > limit else None,
        }
        return Response(StorePaymentsSerializer(page).data)


def _request_body(store: StoreOf, request_uid: uuid.UUID) -> dict:
    asked = queries.get_request(store=store, uid=request_uid)
    return StoreRequestSerializer(
        {
            "uid": asked.uid,
            "status": asked.status_at(clock.now()),
            "scene": asked.scene,
            "amount": asked.amount,
            "note": asked.note,
            "link": queries.pay_link(request=asked),
            "emv_payload": queries.pay_payload(request=asked),
            "created_at": asked.created_at,
            "expires_at": asked.expires_at,
            "payment_uid": asked.payment_uid,
        }
    ).data
