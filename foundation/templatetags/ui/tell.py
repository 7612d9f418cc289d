"""What a page says: notices, results, progress, and parts that refresh themselves."""

import datetime as dt

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from foundation.templatetags.ui.acts import icon, icon_or_nothing
from foundation.templatetags.ui.library import attributes, register
from foundation.templatetags.ui.show import when

NOTE_ICONS = {
    "info": "info",
    "ok": "circle-check",
    "warning": "triangle-alert",
    "danger": "octagon-alert",
}


@register.simple_block_tag
def note(content: str, kind: str = "info", title: str = "", role: str = "") -> str:
    """Say something beside the main matter; kind: info, ok, warning, danger.

    `role="alert"` only where it appears without a page load.
    """
    return format_html(
        '<div class="note note-{}"{}>{}<div class="note-text">{}<div>{}</div></div></div>',
        kind,
        attributes({"role": role or None}),
        icon(NOTE_ICONS[kind]),
        format_html("<strong>{}</strong>", title) if title else "",
        content,
    )


RESULT_ICONS = {"ok": "check", "wait": "hourglass", "danger": "x"}


@register.simple_block_tag
def result(content: str, title: str, kind: str = "ok") -> str:
    """Head the page that ends a journey; kind: ok, wait (not final yet), danger."""
    return format_html(
        '<div class="card result result-{}">{}<h1>{}</h1>{}</div>',
        kind,
        icon(RESULT_ICONS[kind]),
        title,
        content,
    )


@register.simple_block_tag
def empty_state(content: str, title: str, icon: str = "inbox") -> str:
    """Say that a list is empty, and what to do next."""
    return format_html(
        '<div class="empty">{}<p class="strong">{}</p>{}</div>',
        icon_or_nothing(icon),
        title,
        content,
    )


@register.simple_tag
def steps(current: int, total: int) -> str:
    """Say which step of a journey this page is, above its h1."""
    marks = format_html_join(
        "",
        "<li{}></li>",
        (
            (attributes({"class": "done" if number <= int(current) else None}),)
            for number in range(1, int(total) + 1)
        ),
    )
    return format_html(
        '<div class="steps"><p>{}</p><ol aria-hidden="true">{}</ol></div>',
        gettext("Step %(current)s of %(total)s") % {"current": current, "total": total},
        marks,
    )


@register.simple_block_tag
def timeline(content: str, label: str = "") -> str:
    """List what happened and what comes next, oldest first."""
    return format_html(
        '<ol class="timeline"{}>{}</ol>', attributes({"aria-label": label or None}), content
    )


MOMENT_ICONS = {"done": "circle-check", "now": "circle-dot", "next": "circle", "failed": "circle-x"}


@register.simple_block_tag
def moment(
    content: str, title: str, at: dt.datetime | None = None, state: str = "done", icon: str = ""
) -> str:
    """Draw one moment of a timeline; state: done, now, next, failed."""
    stamp = (
        format_html(
            '<time class="timeline-at" datetime="{}">{}</time>',
            timezone.localtime(at).isoformat(timespec="seconds"),
            when(at),
        )
        if at
        else ""
    )
    return format_html(
        '<li class="{}">{}<span class="timeline-title">{}</span>{}{}</li>',
        state,
        icon_or_nothing(icon or MOMENT_ICONS[state]),
        title,
        stamp,
        content,
    )


@register.simple_tag
def progress_bar(value: int, maximum: int, label: str) -> str:
    """Show how far a long job is, in words and as a bar."""
    share = 100 * int(value) // max(int(maximum), 1)
    return format_html(
        '<div class="progress"><label class="row spread"><span>{}</span><span>{}%</span></label>'
        '<progress value="{}" max="{}" aria-label="{}">{}%</progress></div>',
        label,
        share,
        value,
        maximum,
        label,
        share,
    )


SPOKEN = {"role": "status", "aria_live": "polite", "aria_atomic": "true"}


@register.simple_block_tag
def live(content: str, id: str = "live", quiet: bool = False) -> str:
    """Enclose a `live_part`: a screen reader hears each change, a lost connection is said.

    `quiet` for a large part, such as a list, that nobody wants to hear again as a whole.
    """
    return format_html(
        '<div id="{}" class="stack" data-live{}>{}'
        '<p class="note note-warning" data-live-trouble hidden>{}</p></div>',
        id,
        attributes({} if quiet else SPOKEN),
        content,
        gettext("The connection is weak. This page keeps trying."),
    )


@register.simple_block_tag
def live_part(
    content: str, url: str, state: str, final: bool = False, every_seconds: int = 2
) -> str:
    """Refresh itself until `final`: asks `url?seen=<state>` every few seconds.

    The view answers 204 while the state is still `seen`, else this part again. Without
    JavaScript a link asks instead; it opens the whole page again.
    """
    if final:
        return format_html('<div class="stack live-part" data-final>{}</div>', content)
    return format_html(
        '<div class="stack live-part" hx-get="{}{}seen={}" hx-trigger="every {}s"'
        ' hx-swap="outerHTML">{}<noscript><a class="btn btn-secondary" href="">{}</a></noscript>'
        "</div>",
        url,
        "&" if "?" in url else "?",
        state,
        every_seconds,
        content,
        gettext("Look again"),
    )
