"""The endpoint of the member's own facts."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.rest import PROBLEM_TYPE, ProblemSerializer
from foundation.web import Look
from members.profile import actions, queries, rules

ME_EXAMPLE = {
    "uid": "0b7c5c54-5d7e-4f44-9a0e-2f4b7a1f9c10",
    "phone": "+8613800138000",
    "display_name": "王兰",
    "look": {"size": "large", "contrast": "standard", "voice": True},
    "language": "zh-hans",
}
PROBLEM_EXAMPLE = {
    "type": "https://tongbao.example/problems/display-name-is-number",
    "title": "Display name is number",
    "status": 422,
    "code": "display_name_is_number",
    "detail": "A name must not be a number or contain a phone number."
    " Enter a name that others know.",
}


class LookSerializer(serializers.Serializer):
    """How pages look and sound."""

    size = serializers.ChoiceField(rules.SIZES)
    contrast = serializers.ChoiceField(rules.CONTRASTS)
    voice = serializers.BooleanField()


class MeSerializer(serializers.Serializer):
    """The signed-in member."""

    uid = serializers.UUIDField(read_only=True)
    phone = serializers.CharField(read_only=True)
    display_name = serializers.CharField(max_length=rules.NAME_LENGTH * 4)
    look = LookSerializer()
    language = serializers.ChoiceField(rules.LANGUAGES)


def _problems(*statuses: int) -> dict[Any, OpenApiResponse]:
    example = OpenApiExample("problem", PROBLEM_EXAMPLE, response_only=True)
    return {
        (status, PROBLEM_TYPE): OpenApiResponse(ProblemSerializer, examples=[example])
        for status in (401, 404, *statuses)
    }


class MeView(APIView):
    """The signed-in member's own facts."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="me_retrieve",
        summary="Say who is signed in",
        tags=["me"],
        responses={200: MeSerializer, **_problems()},
        examples=[OpenApiExample("member", value=ME_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        return Response(_body(request))

    @extend_schema(
        operation_id="me_partial_update",
        summary="Change the name, the look or the language",
        tags=["me"],
        request=MeSerializer(partial=True),
        responses={200: MeSerializer, **_problems(400, 422)},
        examples=[
            OpenApiExample("member", value=ME_EXAMPLE, response_only=True),
            OpenApiExample(
                "larger letters",
                value={"look": {"size": "xlarge", "contrast": "standard", "voice": True}},
                request_only=True,
            ),
        ],
    )
    def patch(self, request: Request) -> Response:
        given = MeSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = dict(given.validated_data)
        if "look" in changes:
            now = queries.get_display(user_id=request.user.pk).look
            merged = {"size": now.size, "contrast": now.contrast, "voice": now.voice}
            changes["look"] = Look(**(merged | changes["look"]))
        actions.change_profile(user_id=request.user.pk, **changes)
        return Response(_body(request))


def _body(request: Request) -> dict[str, Any]:
    display = queries.get_display(user_id=request.user.pk)
    return MeSerializer(
        {
            "uid": request.user.uid,
            "phone": request.user.phone or "",
            "display_name": display.display_name,
            "look": display.look,
            "language": display.language,
        }
    ).data
