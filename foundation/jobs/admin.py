from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from foundation.backoffice import RecordAdmin
from foundation.jobs.models import Job

STATUS_COLOURS = {"waiting": "info", "running": "info", "done": "success", "failed": "danger"}


@admin.register(Job)
class JobAdmin(RecordAdmin):
    list_display = ["asked_at", "kind", "status_shown", "progress", "ended_at"]
    list_display_links = ["asked_at", "kind"]
    list_filter = ["status"]
    list_filter_submit = True
    search_fields = ["kind"]
    ordering = ["-id"]
    fields = [
        "uid", "kind", "status", "progress", "result", "asked_at", "leased_until",
        "ended_at",
    ]  # fmt: skip
    readonly_fields = fields

    @display(description=_("status"), ordering="status", label=STATUS_COLOURS)
    def status_shown(self, job: Job) -> tuple[str, str]:
        return job.status, job.get_status_display()

    @display(description=_("progress"))
    def progress(self, job: Job) -> str:
        return f"{job.done_count} / {job.total_count}" if job.total_count else "–"
