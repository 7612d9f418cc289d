"""The house's rules as functions over paths and sources, so that each can be seen to fail."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("wallet", "merchants", "members", "campaigns", "journeys")
ROOMED = ("foundation", *FLOORS)
FURNITURE = {
    "__init__", "events", "rules", "models", "queries", "actions", "consumers", "tasks",
    "forms", "views", "rest", "admin", "urls", "adapters",
}  # fmt: skip
FLOOR_FILES = {"__init__", "apps", "models", "admin", "urls", "tasks", "consumers"}
FLOOR_FOLDERS = {"management", "migrations", "templatetags"}
# The outbox's list of consumers is the one registry.
EXTRA = {"foundation/outbox/registry.py"}
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create",
    "update_or_create",
}  # fmt: skip
# Names on which those words are not a write to a table.
NOT_TABLES = {"hashlib", "hmac", "dict", "digest", "hasher", "mac", "fields", "values", "context"}
MOST_LINES = 400
MOST_FUNCTION_LINES = 70


def rooms() -> list[str]:
    """Return every room as a dotted name: a folder of a floor with an __init__."""
    found = []
    for floor in ROOMED:
        for folder in sorted((ROOT / floor).iterdir()):
            if folder.name in FLOOR_FOLDERS or not (folder / "__init__.py").exists():
                continue
            if floor == "foundation" and folder.name == "money":
                continue
            found.append(f"{floor}.{folder.name}")
    return found


def contracted_rooms() -> set[str]:
    """Return the rooms that the furniture contract lists."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    furniture = next(c for c in contracts if c["name"].startswith("Furniture"))
    return set(furniture["containers"])


def outside_furniture(paths: list[str]) -> list[str]:
    """Return the source files of floors that are no furniture."""
    strange = []
    for path in paths:
        parts = path.removesuffix(".py").split("/")
        if parts[0] not in FLOORS and not (parts[0] == "foundation" and len(parts) > 2):
            continue
        if len(parts) > 1 and parts[1] in FLOOR_FOLDERS:
            continue
        if parts[0] == "foundation" and parts[1] == "money":
            continue
        allowed = FLOOR_FILES if len(parts) == 2 else FURNITURE
        if parts[1 if len(parts) == 2 else 2] not in allowed and path not in EXTRA:
            strange.append(path)
    return strange


def writes(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and name of each call that writes a table."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if node.func.attr in WRITES and name not in NOT_TABLES:
                yield node.lineno, f"{name}.{node.func.attr}"


def long_functions(source: str) -> list[str]:
    """Return the functions that are longer than a screen."""
    return [
        f"{node.name} ({node.end_lineno - node.lineno + 1})"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MOST_FUNCTION_LINES
    ]


def source_paths() -> list[str]:
    """Return our source files, relative to the root, without migrations."""
    return sorted(
        str(path.relative_to(ROOT))
        for top in ("config", *ROOMED)
        for path in (ROOT / top).rglob("*.py")
        if "migrations" not in path.parts
    )


def foreign_imports(path: str, source: str) -> list[str]:
    """Return imports of another room's models: a room's tables are its own affair."""
    parts = path.removesuffix(".py").split("/")
    if len(parts) < 3 or parts[1] in FLOOR_FOLDERS:
        return []
    own = ".".join(parts[:2])
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            pieces = name.split(".")
            if (
                len(pieces) > 2
                and pieces[0] in ROOMED
                and "models" in pieces[1:3]
                and not name.startswith(own)
                and not name.startswith("foundation.users.models")
            ):
                found.append(name)
    return found
