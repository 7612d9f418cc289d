"""Endpoints of top-ups, for members' apps. Starting one is a journey's."""

import uuid

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.rest import PROBLEM_TYPE, MoneySerializer, ProblemSerializer
from wallet.funding import queries

EXAMPLE_TOP_UP = {
    "uid": "4f2a3c1e-8f0e-4a57-9f0b-4d7a2c91a001",
    "reference": "20260314555555555553",
    "amount": {"amount_minor": 10000, "currency": "CNY", "exponent": 2},
    "status": "confirmed",
    "final": True,
    "rail": "sandbox",
    "rail_reference": "SB4F2A3C1E8F0E4A579F0B",
    "failure": "",
    "started_at": "2026-03-14T12:00:00+08:00",
    "ended_at": "2026-03-14T12:00:02+08:00",
}


class TopUpSerializer(serializers.Serializer):
    """A top-up. 'unknown' is not a no: the bank has not answered and is being asked."""

    uid = serializers.UUIDField()
    reference = serializers.CharField()
    amount = MoneySerializer()
    status = serializers.ChoiceField(["started", "unknown", "confirmed", "failed", "expired"])
    final = serializers.BooleanField()
    rail = serializers.CharField()
    rail_reference = serializers.CharField()
    failure = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class TopUpView(APIView):
    """One of the member's own top-ups."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="top_up_retrieve",
        tags=["top-ups"],
        responses={
            200: OpenApiResponse(
                TopUpSerializer,
                examples=[OpenApiExample("confirmed", EXAMPLE_TOP_UP, response_only=True)],
            ),
            (401, PROBLEM_TYPE): ProblemSerializer,
            (404, PROBLEM_TYPE): ProblemSerializer,
        },
    )
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """Look at a top-up; poll it until `final`."""
        found = queries.get_top_up(uid=uid, user_id=request.user.pk)
        return Response(TopUpSerializer(found).data)
