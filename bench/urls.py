"""The routes of the house, and the floor to measure them against."""

from django.urls import path
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.models import Row
from config.urls import urlpatterns as house


class RowSerializer(serializers.ModelSerializer):
    class Meta:
        model = Row
        fields = ["id", "amount_minor", "currency", "note", "created_at"]


class RowsView(APIView):
    """Checks a small body, inserts one row, answers with it: the floor of any endpoint."""

    permission_classes = [IsAuthenticated]

    def post(self, request: Request) -> Response:
        body = RowSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        body.save(user_id=request.user.pk)
        return Response(body.data, status=201)


urlpatterns = [path("bench/rows/", RowsView.as_view()), *house]
