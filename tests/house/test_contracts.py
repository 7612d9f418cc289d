"""The arrows between floors, rooms and furniture, by import-linter."""

from importlinter.cli import lint_imports

from tests.house import rules


def test_the_arrows_hold(monkeypatch, capsys) -> None:
    monkeypatch.chdir(rules.ROOT)
    assert lint_imports(cache_dir=None, no_cache=True) == 0, capsys.readouterr().out
