"""Icons, codes and charts: what is drawn is what a scanner reads and a reader sees."""

import re

import lucide
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from foundation import figures

MODULE_PIXELS = 6


def draw(width: int, height: int, path: str, pixels_high: int = MODULE_PIXELS) -> Image.Image:
    """Paint path data of horizontal runs as a browser does."""
    image = Image.new("L", (width * MODULE_PIXELS, height * pixels_high), 255)
    pen = ImageDraw.Draw(image)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        left, top = int(x) * MODULE_PIXELS, int(y) * pixels_high
        right = left + int(length) * MODULE_PIXELS
        pen.rectangle((left, top, right - 1, top + pixels_high - 1), fill=0)
    return image


def test_a_scanner_reads_the_qr_code():
    text = "https://wallet.example/w/pay/8b6f7f0e-1de8-4a53-9d9e-6c2f8fb3d1a0/"
    side, path = figures.qr_code(text)
    (found,) = zxingcpp.read_barcodes(draw(side, side, path))
    assert found.text == text
    assert found.format == zxingcpp.BarcodeFormat.QRCode


def test_a_scanner_reads_chinese_in_the_qr_code():
    side, path = figures.qr_code("老李牛肉面")
    (found,) = zxingcpp.read_barcodes(draw(side, side, path))
    assert found.text == "老李牛肉面"


@given(st.text(alphabet="0123456789", min_size=18, max_size=18))
def test_a_scanner_reads_the_barcode(digits: str):
    width, path = figures.code_128(digits)
    (found,) = zxingcpp.read_barcodes(draw(width, 1, path, pixels_high=120))
    assert found.text == digits
    assert found.format == zxingcpp.BarcodeFormat.Code128


def test_the_barcode_has_its_quiet_zones():
    width, path = figures.code_128("281234567890123452")
    runs = [(int(x), int(length)) for x, length in re.findall(r"M(\d+) 0h(\d+)", path)]
    assert runs[0][0] == figures.QUIET_MODULES
    assert width - sum(runs[-1]) == figures.QUIET_MODULES


@given(st.integers(min_value=1, max_value=10**15))
def test_the_top_of_a_chart_is_round_and_not_far_above(value: int):
    top = figures.round_up(value)
    assert value <= top
    assert top <= 2.5 * value
    assert re.fullmatch(r"(1|2|25|5)0*", str(top))


def test_bars_are_as_high_as_their_values():
    top, bars = figures.bars([50, 100, 0])
    assert top == 100
    assert [bar.height for bar in bars] == ["50", "100", "0"]
    assert [bar.y for bar in bars] == ["50", "0", "100"]


def test_a_chart_of_nothing_divides_by_nothing():
    assert figures.bars([]) == (1, [])
    assert figures.bars([0])[0] == 1


def test_an_unknown_icon_is_an_error_and_not_an_empty_picture():
    with pytest.raises(lucide.IconDoesNotExist):
        figures.icon_paths("no-such-icon")
