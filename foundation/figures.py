"""Draw icons, codes and charts as inline SVG that a strict content policy allows.

Nothing here writes a style attribute: sizes and colours come from the stylesheet's classes.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import segno
import zxingcpp
from lucide.templatetags.lucide import lucide

QUIET_MODULES = 10  # ISO/IEC 15417 4.2.2: ten modules of white on each side of Code 128
CHART_HEIGHT = 100
BAR_SHARE = 0.72  # of a bar's column; the rest is the gap to its neighbour


@functools.lru_cache(maxsize=256)
def icon_paths(name: str) -> str:
    """Return the shapes of a Lucide icon, on its 24 by 24 grid, as SVG text.

    :raises lucide.IconDoesNotExist: for an unknown name, so that a typo is seen at once
    """
    svg = lucide(name, size=None)
    shapes = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    return re.sub(r"\s*(/?>)\s*", r"\1", shapes).strip()


def qr_code(text: str) -> tuple[int, str]:
    """Return a QR code as (side in modules with its quiet zone, path data).

    Error correction M survives a scratched phone screen; segno raises it for free where the
    version has room.
    """
    code = segno.make_qr(text, error="m")
    matrix = [bytes(row) for row in code.matrix_iter(border=4)]
    return len(matrix), _runs(matrix)


def code_128(text: str) -> tuple[int, str]:
    """Return a Code 128 barcode as (width in modules with its quiet zones, path data 1 high)."""
    image = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128).to_image(
        scale=1, add_hrt=False, add_quiet_zones=False
    )
    pixels = memoryview(image)  # type: ignore[arg-type]  # its stubs do not tell of the buffer
    assert pixels.shape is not None
    dark = bytes(pixels[0, column] == 0 for column in range(pixels.shape[1]))
    quiet = bytes(QUIET_MODULES)
    row = quiet + dark.strip(b"\0") + quiet
    return len(row), _runs([row])


def _runs(matrix: Sequence[bytes]) -> str:
    """Return path data with one rectangle for each horizontal run of dark modules."""
    parts = []
    for y, row in enumerate(matrix):
        for run in re.finditer(b"[^\0]+", row):
            length = run.end() - run.start()
            parts.append(f"M{run.start()} {y}h{length}v1h-{length}z")
    return "".join(parts)


@dataclass(frozen=True)
class Bar:
    """One bar of a chart, in the chart's own units."""

    x: str
    y: str
    width: str
    height: str


def bars(values: Sequence[int]) -> tuple[int, list[Bar]]:
    """Place one bar for each value on a canvas of (100 a bar) by 100.

    :returns: the value that the top of the canvas stands for (a round number), and the bars
    """
    top = round_up(max([0, *values]))
    placed = []
    for index, value in enumerate(values):
        height = CHART_HEIGHT * max(value, 0) / top
        placed.append(
            Bar(
                x=f"{index * 100 + 50 * (1 - BAR_SHARE):g}",
                y=f"{CHART_HEIGHT - height:.4g}",
                width=f"{100 * BAR_SHARE:g}",
                height=f"{height:.4g}",
            )
        )
    return top, placed


def round_up(value: int) -> int:
    """Return the smallest of 1, 2, 2.5, 5, 10 times a power of ten that is not below value."""
    if value <= 1:
        return 1
    power = 10 ** (len(str(value)) - 1)
    for tenths in (10, 20, 25, 50, 100):
        if power * tenths % 10 == 0 and power * tenths // 10 >= value:
            return power * tenths // 10
    return power * 10
