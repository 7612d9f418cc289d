"""Codes, charts, and what needs a script: voice, camera, clipboard, printer."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext

from foundation import figures
from foundation.templatetags.ui.acts import icon
from foundation.templatetags.ui.library import register


@register.simple_tag
def qr(text: str, label: str, caption: str = "") -> str:
    """Show a QR code; `label` tells those who cannot see it what it is for."""
    side, path = figures.qr_code(text)
    return render_to_string(
        "ui/code.html",
        {"kind": "qr", "width": side, "height": side, "path": path, "label": label}
        | {"caption": caption},
    )


@register.simple_tag
def barcode(text: str, label: str, caption: str = "") -> str:
    """Show a Code 128 barcode, stretched to the card's width."""
    width, path = figures.code_128(text)
    return render_to_string(
        "ui/code.html",
        {"kind": "bars", "width": width, "height": 1, "path": path, "label": label}
        | {"caption": caption},
    )


@register.simple_tag
def bar_chart(
    rows: list[tuple[str, int, str]], title: str, label_head: str, value_head: str
) -> str:
    """Draw bars with their table of figures under them.

    :param rows: (label, value, the value as text) in order; the value is a whole number
    """
    rows = list(rows)
    _top, bars = figures.bars([value for _, value, _ in rows])
    best = max(rows, key=lambda row: row[1], default=None)
    return render_to_string(
        "ui/bar_chart.html",
        {
            "rows": rows,
            "bars": bars,
            "best": best,
            "width": max(len(rows), 1) * 100,
            "title": title,
            "label_head": label_head,
            "value_head": value_head,
        },
    )


@register.simple_tag
def read_aloud(target: str, label: str = "") -> str:
    """Offer to read the element with the id `target` aloud; absent where the browser cannot."""
    return format_html(
        '<button type="button" class="btn btn-secondary" data-speak="{}" data-stop="{}" hidden>'
        "{}<span>{}</span></button>",
        target,
        gettext("Stop reading"),
        icon("volume-2"),
        label or gettext("Read aloud"),
    )


@register.simple_tag
def sound_switch() -> str:
    """Offer to turn on the chime and the spoken arrival; browsers want one tap for sound."""
    return render_to_string("ui/sound_switch.html")


@register.simple_tag
def arrival(uid: Any, words: str) -> str:
    """Announce money that arrived: chime and speech once for each uid, where sound is on."""
    return format_html('<p class="sr" data-arrival="{}">{}</p>', uid, words)


@register.simple_tag
def copy_button(text: str, label: str = "") -> str:
    """Offer to copy a text, such as a reference."""
    return format_html(
        '<button type="button" class="btn btn-secondary btn-fit" data-copy="{}" data-done="{}"'
        ' hidden>{}<span aria-live="polite">{}</span></button>',
        text,
        gettext("Copied"),
        icon("copy"),
        label or gettext("Copy"),
    )


@register.simple_tag
def print_button(label: str = "") -> str:
    """Offer to print the page; with print.js."""
    return format_html(
        '<button type="button" class="btn btn-secondary" data-print hidden>{}{}</button>',
        icon("printer"),
        label or gettext("Print"),
    )


@register.simple_tag
def scanner(field: str, frame_url: str = "", formats: str = "qr_code") -> str:
    """Scan by camera into the input with the id `field`, then send that input's form.

    :param frame_url: takes a JPEG as multipart `frame`; answers {"text": …}, or 204 for nothing
    :param formats: names of the browser's BarcodeDetector, with commas
    """
    return render_to_string(
        "ui/scanner.html", {"field": field, "frame_url": frame_url, "formats": formats}
    )
