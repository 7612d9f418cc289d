"""The endpoint of the payment PIN."""

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation import clock
from foundation.rest import PROBLEM_TYPE, ProblemSerializer
from members.security import actions

PROBLEM_EXAMPLE = {
    "type": "https://tongbao.example/problems/wrong-pin",
    "title": "Wrong pin",
    "status": 403,
    "code": "wrong_pin",
    "detail": "This PIN is not right, so nothing was done. Tries left: 2. Enter it again.",
    "errors": {"pin": ["This PIN is not right, so nothing was done. Tries left: 2."]},
}


class PinSerializer(serializers.Serializer):
    """Six digits each. A forgotten PIN is renewed on the page of the settings."""

    old_pin = serializers.CharField(max_length=40, trim_whitespace=False, write_only=True)
    new_pin = serializers.CharField(max_length=40, trim_whitespace=False, write_only=True)


class PinView(APIView):
    """The member's payment PIN."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="me_pin_update",
        summary="Change the payment PIN",
        tags=["me"],
        request=PinSerializer,
        responses={
            204: OpenApiResponse(description="The new PIN counts from now on."),
            **{
                (status, PROBLEM_TYPE): OpenApiResponse(
                    ProblemSerializer,
                    examples=[OpenApiExample("problem", PROBLEM_EXAMPLE, response_only=True)],
                )
                for status in (400, 401, 403, 409, 422, 429)
            },
        },
        examples=[
            OpenApiExample(
                "change", value={"old_pin": "284719", "new_pin": "730462"}, request_only=True
            )
        ],
    )
    def put(self, request: Request) -> Response:
        given = PinSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        actions.change_pin(
            user_id=request.user.pk,
            phone=request.user.phone or "",
            old_pin=given.validated_data["old_pin"],
            new_pin=given.validated_data["new_pin"],
            repeated=given.validated_data["new_pin"],
            at=clock.now(),
        )
        return Response(status=204)
