"""Extracting, merging, compiling and judging the catalogues without system gettext."""

import gettext
from pathlib import Path

import polib
import pytest

from scripts import _extract, messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
# Translators: on the home page
a = _("Hello %(name)s")
b = ngettext("%(n)d payment", "%(n)d payments", 3)
c = pgettext_lazy("month", "May")
d = _("two "
      "lines")
e = _(variable)
"""
TEMPLATE = """{% load i18n %}
      <p title="{% translate 'Pay' %}">{% trans "May" context "verb" %}</p>
  {% blocktranslate count n=shops|length trimmed %}
     one shop
  {% plural %}
     {{ n }} shops
  {% endblocktranslate %}
{% blocktranslate with who=user.name %}Hi {{ who }}, 100% sure{% endblocktranslate %}
{{ _("In a variable") }}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a small project with one Python file and one template."""
    (tmp_path / "wallet" / "migrations").mkdir(parents=True)
    (tmp_path / "wallet" / "rules.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "wallet" / "migrations" / "0001.py").write_text('_("not this")', encoding="utf-8")
    (tmp_path / "templates" / "wallet").mkdir(parents=True)
    (tmp_path / "templates" / "wallet" / "pay.html").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


def catalogue(project: Path) -> polib.POFile:
    """Return the catalogue as it stands on disk."""
    return polib.pofile(str(messages.po_path(project / "locale", "zh_Hans")))


def translate_all(project: Path, text: str = "译") -> polib.POFile:
    """Translate every entry, keeping its placeholders."""
    po = catalogue(project)
    for entry in po:
        tail = "".join(messages.placeholders(entry.msgid_plural or entry.msgid))
        if entry.msgid_plural:
            entry.msgstr_plural = {0: text + tail}
        else:
            entry.msgstr = text + tail
    po.save()
    return po


def test_every_kind_of_message_is_found(project: Path) -> None:
    found = _extract.collect(project)
    assert set(found) == {
        ("", "Hello %(name)s"),
        ("", "%(n)d payment"),
        ("month", "May"),
        ("verb", "May"),
        ("", "two lines"),
        ("", "Pay"),
        ("", "one shop"),
        ("", "Hi %(who)s, 100%% sure"),
        ("", "In a variable"),
    }
    assert found["", "one shop"].plural == "%(n)s shops"
    assert found["", "%(n)d payment"].plural == "%(n)d payments"
    assert found["", "Hello %(name)s"].comments == {"Translators: on the home page"}
    assert found["", "Pay"].files == {"templates/wallet/pay.html"}


def test_extracting_twice_changes_nothing(project: Path) -> None:
    messages.extract_all(project, project / "locale")
    first = messages.po_path(project / "locale", "zh_Hans").read_bytes()
    messages.extract_all(project, project / "locale")
    assert messages.po_path(project / "locale", "zh_Hans").read_bytes() == first


def test_translations_survive_and_lost_messages_become_obsolete(project: Path) -> None:
    messages.extract_all(project, project / "locale")
    translate_all(project)
    code = PYTHON.replace("Hello %(name)s", "Good day").replace("payments", "transfers")
    (project / "wallet" / "rules.py").write_text(code, encoding="utf-8")
    messages.extract_all(project, project / "locale")
    entries = {entry.msgid: entry for entry in catalogue(project)}
    assert entries["Hello %(name)s"].obsolete
    assert entries["Good day"].msgstr == ""
    assert "fuzzy" in entries["%(n)d payment"].flags, "the plural changed"
    assert entries["Pay"].msgstr == "译"


def test_compiled_catalogue_speaks_and_is_made_once(project: Path) -> None:
    messages.extract_all(project, project / "locale")
    translate_all(project)
    made = messages.compile_all(project / "locale")
    assert [path.name for path in made] == ["django.mo"]
    assert messages.compile_all(project / "locale") == []
    with made[0].open("rb") as stream:
        spoken = gettext.GNUTranslations(stream)
    assert spoken.gettext("Pay") == "译"
    assert spoken.ngettext("one shop", "%(n)s shops", 5) == "译%(n)s"
    assert spoken.pgettext("verb", "May") == "译"


def test_complete_catalogue_passes(project: Path) -> None:
    messages.extract_all(project, project / "locale")
    translate_all(project)
    assert messages.check_all(project, project / "locale") == []


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda po: po.find("Pay").flags.append("fuzzy"), "'Pay' is fuzzy"),
        (lambda po: setattr(po.find("Pay"), "msgstr", ""), "'Pay' is not translated"),
        (lambda po: po.remove(po.find("Pay")), "'Pay' is not in the catalogue"),
        (lambda po: po.append(polib.POEntry(msgid="Gone", msgstr="无")), "'Gone' is used nowhere"),
        (
            lambda po: setattr(po.find("Hello %(name)s"), "msgstr", "你好 %(nama)s"),
            "'Hello %(name)s' has other placeholders in '你好 %(nama)s'",
        ),
        (
            lambda po: po.find("one shop").msgstr_plural.update({0: "商店"}),
            "'one shop' has other placeholders in '商店'",
        ),
    ],
)
def test_faults_are_listed(project: Path, spoil: object, complaint: str) -> None:
    messages.extract_all(project, project / "locale")
    translate_all(project)
    po = catalogue(project)
    spoil(po)  # type: ignore[operator]
    po.save()
    faults = messages.check_all(project, project / "locale")
    assert len(faults) == 1
    assert faults[0].endswith(complaint)
