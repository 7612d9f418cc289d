from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from foundation import clock
from foundation.errors import Refusal
from foundation.web import PUBLIC, page
from wallet.funding import actions, adapters


# No session takes part: the signature says who calls, and the answer has its effect once.
@csrf_exempt
@page(PUBLIC, methods=("POST",))
def sandbox_callback(request: HttpRequest) -> HttpResponse:
    """Take a signed call of the sandbox bank."""
    at = clock.now()
    try:
        answer = adapters.read_callback(headers=request.headers, body=request.body, at=at)
        status = actions.apply_answer(answer=answer, at=at, source="callback")
    except Refusal as refusal:
        return JsonResponse({"code": refusal.code}, status=refusal.status)
    return JsonResponse({"status": status})
