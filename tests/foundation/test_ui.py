"""The parts of pages: words beside signs, one wording for an error, nothing inline, all escaped."""

import datetime as dt
import re

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from foundation import styleguide
from foundation.money import Money

AT = dt.datetime(2025, 11, 21, 10, 5, tzinfo=dt.UTC)


def draw(source: str, language: str = "en", **context: object) -> str:
    with translation.override(language):
        return Template("{% load i18n ui %}" + source).render(Context(context))


class PayForm(forms.Form):
    amount = forms.DecimalField(label="Amount", max_value=500)
    pin = forms.CharField(label="Payment PIN")
    size = forms.ChoiceField(
        label="Size", widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")]
    )
    note = forms.CharField(label="Note", required=False, help_text="For yourself.")


def test_money_that_leaves_says_so_in_words_and_by_sign():
    html = draw("{% amount money flow='out' %}", money=Money(1250, "CNY"))
    assert "Spent" in html
    assert "\N{MINUS SIGN}¥12.50" in html


def test_money_that_arrives_says_so_in_words_and_by_sign():
    html = draw("{% amount money flow='in' %}", money=Money(1250, "CNY"))
    assert "Received" in html
    assert "+¥12.50" in html


@pytest.mark.parametrize(
    ("language", "text"), [("en", "21 Nov 2025, 18:05"), ("zh-hans", "2025年11月21日 18:05")]
)
def test_a_moment_is_told_in_shanghai_time(language: str, text: str):
    assert draw("{{ at|when }}", language, at=AT) == text


def test_a_long_number_is_grouped_as_people_read_it():
    assert draw("{{ '20251121180512345678'|grouped }}") == "2025 1121 1805 1234 5678"


@pytest.mark.parametrize(
    "source",
    [
        "{% button text %}",
        "{% button text '/x' busy=text %}",
        "{% tile text '/x' 'check' note=text %}",
        "{% item text '/x' note=text money=text %}",
        "{% fact text text words=text %}",
        "{% note 'info' title=text %}{{ text }}{% endnote %}",
        "{% card title=text %}{{ text }}{% endcard %}",
        "{% moment text %}{{ text }}{% endmoment %}",
        "{% read_aloud text label=text %}",
        "{% copy_button text %}",
        "{% arrival text text %}",
        "{% qr text text caption=text %}",
        "{% nav_item text text 'check' %}",
        "{% tab text text %}",
        "{% progress_bar 1 2 text %}",
    ],
)
def test_what_people_wrote_is_escaped(source: str):
    html = draw(source, text="<script>\"'&")
    assert "<script" not in html
    assert not re.search(r'="[^"]*<', html)


def test_an_error_has_the_same_words_in_the_summary_and_at_its_field():
    form = PayForm({"amount": "501", "size": "a"})
    html = draw("{% form_errors form %}|{% field form.amount kind='amount' %}", form=form)
    summary, field = html.split("|")
    words = "Ensure this value is less than or equal to 500."
    assert f'<a href="#id_amount">{words}</a>' in summary
    assert words in field
    assert 'aria-invalid="true"' in field


def test_an_empty_field_is_named_in_the_summary():
    html = draw("{% form_errors form %}", form=PayForm({}))
    assert "Please fill in: Payment PIN" in html
    assert "This field is required" not in html


def test_the_summary_leads_to_the_first_choice_of_a_group():
    html = draw("{% form_errors form %}", form=PayForm({}))
    assert 'href="#id_size_0"' in html


def test_a_form_without_errors_has_no_summary():
    assert draw("{% form_errors form %}", form=PayForm()) == ""


def test_a_pin_is_masked_and_never_given_back():
    html = draw("{% field form.pin kind='pin' %}", form=PayForm({"pin": "839271"}))
    assert 'type="password"' in html
    assert 'inputmode="numeric"' in html
    assert 'autocomplete="off"' in html
    assert "839271" not in html


def test_an_amount_is_typed_as_text_so_that_no_browser_rounds_it():
    html = draw("{% field form.amount kind='amount' %}", form=PayForm())
    assert 'type="text"' in html
    assert 'inputmode="decimal"' in html
    assert "¥" in html
    assert "step=" not in html


def test_hint_and_error_are_announced_with_the_field():
    html = draw("{% field form.note %}", form=PayForm())
    assert 'aria-describedby="id_note_hint"' in html
    assert 'id="id_note_hint"' in html
    assert "(optional)" in html


def test_a_part_that_is_final_asks_no_more():
    source = "{% live_part '/s/?a=1' state='open' final=final %}x{% endlive_part %}"
    assert 'hx-get="/s/?a=1&amp;seen=open"' in draw(source, final=False).replace(
        "&seen", "&amp;seen"
    )
    assert "hx-get" not in draw(source, final=True)


def test_a_disabled_attribute_is_left_out():
    assert "data-x" not in draw("{% button 'Go' data_x=none data_y=False %}", none=None)


@pytest.mark.parametrize("face", ["wallet", "portal"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("size", ["standard", "large", "xlarge"])
def test_the_style_guide_needs_nothing_that_the_content_policy_forbids(
    rf: RequestFactory, size, language, face
):
    query = {"size": size, "language": language, "face": face, "contrast": "high"}
    html = styleguide.styleguide(rf.get("/w/styleguide/", query)).content.decode()
    assert f'data-size="{size}" data-contrast="high"' in html
    shown = re.sub(r"<pre.*?</pre>", "", html, flags=re.S)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style", shown)
    assert not re.search(r"<script(?![^>]*\bsrc=)", shown)
    assert not re.search(r'(src|href)="(https?:)?//', shown)
    ids = re.findall(r'\sid="([^"]+)"', shown)
    assert len(ids) == len(set(ids))
