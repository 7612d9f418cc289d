from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from merchants.stores import queries
from merchants.stores.models import Staff
from wallet.payments.rest import problems

STORE_EXAMPLE = {
    "uid": "0197d9a2-6d1c-7c3e-9a30-5f6b3f1f9c11",
    "number": "1000000016",
    "name": "兰姨面馆",
    "address": "老街 18 号",
    "district": "老街商圈",
    "merchant_name": "兰姨面馆",
    "currency": "CNY",
    "role": "owner",
}


class StoreSerializer(serializers.Serializer):
    """A store where the signed-in person works."""

    uid = serializers.UUIDField()
    number = serializers.CharField(help_text="Ten digits, the last one a check digit.")
    name = serializers.CharField()
    address = serializers.CharField()
    district = serializers.CharField()
    merchant_name = serializers.CharField()
    currency = serializers.CharField()
    role = serializers.ChoiceField(choices=Staff.Role.choices)


class StoresSerializer(serializers.Serializer):
    """At most a hundred stores: nobody works at more."""

    results = StoreSerializer(many=True)


class StoreList(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="stores_list",
        summary="List the stores where you work",
        tags=["stores"],
        responses={200: StoresSerializer, **problems()},
        examples=[OpenApiExample("stores", value={"results": [STORE_EXAMPLE]}, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        stores = queries.stores_of(user=request.user)
        return Response(StoresSerializer({"results": stores}).data)
