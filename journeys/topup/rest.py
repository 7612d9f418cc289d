"""Starting a top-up from a member's app."""

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.money import Money
from foundation.rest import MoneySerializer, key_of
from journeys.checkout.rest import KEY_HEADER
from journeys.topup import actions
from wallet.funding.rest import EXAMPLE_TOP_UP, TopUpSerializer
from wallet.payments.rest import problems


class StartTopUpSerializer(serializers.Serializer):
    """How much to put in: ¥1 to ¥50,000."""

    amount = MoneySerializer()


class TopUpsView(APIView):
    """The member's top-ups."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="top_up_create",
        tags=["top-ups"],
        parameters=[KEY_HEADER],
        request=StartTopUpSerializer,
        examples=[
            OpenApiExample(
                "100 yuan",
                {"amount": {"amount_minor": 10000, "currency": "CNY"}},
                request_only=True,
            )
        ],
        responses={
            202: OpenApiResponse(
                TopUpSerializer,
                examples=[
                    OpenApiExample(
                        "started",
                        {
                            **EXAMPLE_TOP_UP,
                            "status": "started",
                            "final": False,
                            "rail_reference": "",
                            "ended_at": None,
                        },
                        response_only=True,
                    )
                ],
            ),
            **problems(400, 409, 422),
        },
    )
    def post(self, request: Request) -> Response:
        """Start a top-up. The bank answers later: poll the top-up until it is final."""
        client, key = key_of(request)
        serializer = StartTopUpSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        wanted = serializer.validated_data["amount"]
        started = actions.start(
            client=client,
            key=key,
            user=request.user,
            amount=Money(wanted["amount_minor"], wanted["currency"]),
            at=clock.now(),
        )
        return Response(TopUpSerializer(started).data, status=202)
