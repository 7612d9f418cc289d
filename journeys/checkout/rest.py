"""Endpoints of a member's app at the checkout: pay, open a static request, draw a pay code."""

import uuid
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.money import Money
from foundation.rest import MoneySerializer, key_of
from journeys.checkout import actions, queries
from wallet.payments.rest import (
    EXAMPLE_AMOUNT,
    EXAMPLE_PAYEE,
    EXAMPLE_RECEIPT,
    EXAMPLE_REQUEST,
    PayeeSerializer,
    PaymentRequestSerializer,
    ReceiptSerializer,
    money_body,
    problems,
)

KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="8 to 100 printable characters, new for each change of money.",
    examples=[OpenApiExample("key", "5f6d0f8e-0c0f-4f5e-8c39-0f2a6d2f5b11")],
)


class PaySerializer(serializers.Serializer):
    """The PIN, when the amount is above the member's one-tap limit."""

    pin = serializers.CharField(required=False, max_length=20, write_only=True)


class StaticRequestSerializer(serializers.Serializer):
    """A store's number and the amount the member entered."""

    store_number = serializers.CharField(max_length=20)
    amount = MoneySerializer()
    note = serializers.CharField(required=False, allow_blank=True, max_length=400)


class PayCodeSerializer(serializers.Serializer):
    """A pay code for the shop's scanner. Draw the next one after `refresh_seconds`."""

    code = serializers.CharField()
    issued_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    refresh_seconds = serializers.IntegerField()


def _receipt(status: str) -> OpenApiResponse:
    example = OpenApiExample(status, EXAMPLE_RECEIPT, response_only=True)
    return OpenApiResponse(ReceiptSerializer, examples=[example])


class PaymentOfRequestView(APIView):
    """The payment of one request."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="payment_request_payment_create",
        tags=["payments"],
        parameters=[KEY_HEADER],
        request=PaySerializer,
        examples=[OpenApiExample("with PIN", {"pin": "864209"}, request_only=True)],
        responses={201: _receipt("paid"), **problems(400, 403, 404, 409, 422)},
    )
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        """Pay a request from the member's balance.

        The same key again answers with the same receipt, or the same decline. `pin_required`
        (403) asks for the PIN and keeps nothing: send the same key again with it.
        """
        client, key = key_of(request)
        body = _checked(PaySerializer, request)
        receipt = actions.pay(
            client=client,
            key=key,
            payer=request.user,
            request_uid=uid,
            pin=body.get("pin"),
            at=clock.now(),
        )
        return Response(ReceiptSerializer(receipt).data, status=201)


class CancellationOfRequestView(APIView):
    """The member's no to a request that waits for this member alone."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="payment_request_cancellation_create",
        tags=["payments"],
        request=None,
        responses={204: None, **problems(404, 409)},
    )
    def post(self, request: Request, uid: uuid.UUID) -> Response:
        """Decline a request that was opened by the member's pay code or static scan."""
        actions.cancel(payer=request.user, request_uid=uid, at=clock.now())
        return Response(status=204)


class StaticRequestsView(APIView):
    """Requests that a member opens at a store's standing code."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="static_request_create",
        tags=["payments"],
        request=StaticRequestSerializer,
        examples=[
            OpenApiExample(
                "noodles",
                {
                    "store_number": "3600010017",
                    "amount": {"amount_minor": 2850, "currency": "CNY"},
                    "note": "",
                },
                request_only=True,
            )
        ],
        responses={
            201: OpenApiResponse(
                PaymentRequestSerializer,
                examples=[
                    OpenApiExample(
                        "open",
                        {**EXAMPLE_REQUEST, "scene": "static", "amount": EXAMPLE_AMOUNT},
                        response_only=True,
                    )
                ],
            ),
            **problems(400, 404, 409, 422),
        },
    )
    def post(self, request: Request) -> Response:
        """Open a request for the entered amount; no money moves before it is paid."""
        body = _checked(StaticRequestSerializer, request)
        at = clock.now()
        opened = actions.start_static(
            payer=request.user,
            store_number=body["store_number"],
            amount=Money(body["amount"]["amount_minor"], body["amount"]["currency"]),
            note=body.get("note", ""),
            at=at,
        )
        return Response(PaymentRequestSerializer(opened, context={"at": at}).data, status=201)


class PayCodesView(APIView):
    """The member's pay codes."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="pay_code_create",
        tags=["payments"],
        request=None,
        responses={
            201: OpenApiResponse(
                PayCodeSerializer,
                examples=[
                    OpenApiExample(
                        "code",
                        {
                            "code": "281234567890123452",
                            "issued_at": "2026-03-14T12:00:00+08:00",
                            "expires_at": "2026-03-14T12:02:00+08:00",
                            "refresh_seconds": 60,
                        },
                        response_only=True,
                    )
                ],
            ),
            **problems(429),
        },
    )
    def post(self, request: Request) -> Response:
        """Draw the next pay code. It is shown once and cannot be asked for again."""
        issued = actions.show_pay_code(user=request.user, at=clock.now())
        return Response(PayCodeSerializer(issued).data, status=201)


class ScanSerializer(serializers.Serializer):
    """What the camera read, or what was typed."""

    text = serializers.CharField(max_length=2048, trim_whitespace=False)


class ScannedSerializer(serializers.Serializer):
    """Where a scan leads: to a request, or to a store whose amount the member enters.

    `amount` stands when a store's code fixes it.
    """

    request_uid = serializers.UUIDField(allow_null=True)
    payee = PayeeSerializer(allow_null=True)
    amount = MoneySerializer(allow_null=True)


class ScansView(APIView):
    """What a member's camera read."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="scan_create",
        tags=["payments"],
        request=ScanSerializer,
        examples=[
            OpenApiExample("typed number", {"text": "3600 0100 17"}, request_only=True),
        ],
        responses={
            200: OpenApiResponse(
                ScannedSerializer,
                examples=[
                    OpenApiExample(
                        "store",
                        {"request_uid": None, "payee": EXAMPLE_PAYEE, "amount": None},
                        response_only=True,
                    )
                ],
            ),
            **problems(400, 404, 409, 422),
        },
    )
    def post(self, request: Request) -> Response:
        """Tell what a scanned text is: our link, our EMV payload, or a store's number.

        Nothing is opened and nothing is paid.
        """
        scanned = queries.read_code(text=_checked(ScanSerializer, request)["text"])
        payee = scanned.payee
        return Response(
            {
                "request_uid": scanned.request_uid,
                "payee": PayeeSerializer(
                    {"store_uid": payee.store_uid, "name": payee.name, "number": payee.number}
                ).data
                if payee
                else None,
                "amount": money_body(scanned.amount) if scanned.amount else None,
            }
        )


def _checked(kind: type[serializers.Serializer], request: Request) -> dict[str, Any]:
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
