"""Routes of this floor: pages, and endpoints in `api`."""

urlpatterns: list = []
api: list = []
