"""The structure is a promise to newcomers: these tests keep it, and each is seen to fail."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import CompositePrimaryKey
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house import rules

OURS = {"foundation", "wallet", "merchants", "members", "campaigns", "journeys", "config"}


def test_every_room_stands_in_the_contracts() -> None:
    assert set(rules.rooms()) == rules.contracted_rooms()


def test_no_file_stands_outside_the_furniture() -> None:
    assert rules.outside_furniture(rules.source_paths()) == []


def test_a_strange_file_is_seen() -> None:
    paths = ["wallet/payments/utils.py", "wallet/helpers.py", "wallet/payments/rules/emv.py"]
    assert rules.outside_furniture(paths) == ["wallet/payments/utils.py", "wallet/helpers.py"]


def test_only_actions_write() -> None:
    found = []
    for path in rules.source_paths():
        parts = path.split("/")
        if "actions" in path or parts[0] == "config" or "management" in parts:
            continue
        if path == "foundation/users/models.py":  # the manager that Django's own commands call
            continue
        source = (rules.ROOT / path).read_text(encoding="utf-8")
        found += [f"{path}:{line} {what}" for line, what in rules.writes(source)]
    assert found == []


def test_a_write_is_seen() -> None:
    source = "Payment.objects.filter(id=1).update(status='x')\nhashlib.sha256().update(b'')"
    assert [what for _, what in rules.writes(source)] == [".update", ".update"]
    assert list(rules.writes("mac.update(b'x')\nfields.update(a=1)")) == []


def test_tables_are_a_rooms_own_affair() -> None:
    found = []
    for path in rules.source_paths():
        source = (rules.ROOT / path).read_text(encoding="utf-8")
        found += [f"{path}: {name}" for name in rules.foreign_imports(path, source)]
    assert found == []


def test_a_foreign_table_is_seen() -> None:
    source = "from wallet.ledger.models import Account"
    assert rules.foreign_imports("wallet/payments/actions.py", source) == [
        "wallet.ledger.models.Account"
    ]
    assert rules.foreign_imports("wallet/ledger/queries.py", source) == []


def test_files_and_functions_are_short() -> None:
    found = []
    for path in rules.source_paths():
        source = (rules.ROOT / path).read_text(encoding="utf-8")
        if source.count("\n") > rules.MOST_LINES:
            found.append(f"{path}: {source.count(chr(10))} lines")
        found += [f"{path}: {name}" for name in rules.long_functions(source)]
    assert found == []


def test_every_table_is_in_the_back_office() -> None:
    # The admin takes no composite keys; a journal's page shows its entries.
    ours = [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS and not isinstance(model._meta.pk, CompositePrimaryKey)
    ]
    assert [m.__name__ for m in ours if m not in admin.site._registry] == []


def _views(resolver: URLResolver, prefix: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += _views(pattern, route)
        elif isinstance(pattern, URLPattern):
            found.append((route, pattern.callback))
    return found


def _declares(view: object) -> bool:
    cls = getattr(view, "cls", None)
    if cls is not None:  # an endpoint: the class itself says who
        return any("permission_classes" in vars(base) for base in cls.__mro__ if _ours(base))
    return hasattr(view, "permission")


def _ours(thing: object) -> bool:
    return getattr(thing, "__module__", "").split(".")[0] in OURS


def test_every_page_and_endpoint_declares_its_permission() -> None:
    views = [(r, v) for r, v in _views(get_resolver()) if _ours(getattr(v, "cls", v))]
    assert len(views) > 20
    assert [route for route, view in views if not _declares(view)] == []


def test_an_undeclared_page_is_seen() -> None:
    def page() -> None: ...

    assert not _declares(page)


@pytest.mark.parametrize("verb", ["close", "cancel", "refund", "pay", "delete", "update"])
def test_endpoints_are_nouns(verb: str) -> None:
    routes = [r for r, v in _views(get_resolver()) if r.startswith("api/") and hasattr(v, "cls")]
    assert [r for r in routes if verb in r.split("/")] == []
