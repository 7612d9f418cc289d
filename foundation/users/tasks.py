from celery import shared_task
from django.core.management import call_command


@shared_task(name="foundation.users.clear_sessions")
def clear_sessions() -> None:
    """Forget sessions that have expired."""
    call_command("clearsessions")
