"""Two plain answers for a load balancer: the process lives, and it can serve."""

from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from foundation.web import PUBLIC, page

_migrated = False


@page(PUBLIC)
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process can answer at all."""
    return JsonResponse({"status": "ok"})


@page(PUBLIC)
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, the schema is current and the cache works."""
    global _migrated
    try:
        if not _migrated:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        cache.set("readyz", 1, 5)
    except Error as error:
        return JsonResponse({"status": "database", "error": type(error).__name__}, status=503)
    if not _migrated:
        return JsonResponse({"status": "migrating"}, status=503)
    return JsonResponse({"status": "ok"})
