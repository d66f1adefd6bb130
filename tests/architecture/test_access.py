"""Every service function that changes something is guarded, and every edge says for whom it acts."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING

import core
from core.access import ACTIONS, ALLOWED, PERMISSIONS, permission_of, requires

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ROOT = Path(__file__).parents[2]
# Public functions with a unit of work that need no permission, and why.
FREE = {
    "core.merchants.hold": "takes a lock and changes nothing",
    "core.staff.complete_first_run": "nobody can be signed in yet: the one-time token is the permission",
    "core.staff.sign_out": "ends the session whose token is at hand; whoever has the token may",
}


def changing() -> dict[str, Callable[..., object]]:
    found: dict[str, Callable[..., object]] = {}
    packages = {p.name for p in pkgutil.walk_packages(core.__path__, "core.") if p.ispkg}
    modules = {p.name for p in pkgutil.walk_packages(core.__path__, "core.")}
    for package in sorted(p for p in packages if f"{p}.service" in modules):
        module = importlib.import_module(package)
        for name in getattr(module, "__all__", ()):
            function = getattr(module, name)
            if inspect.isfunction(function) and next(iter(inspect.signature(function).parameters), "") == "uow":
                found[f"{package}.{name}"] = function
    return found


def _unguarded(functions: Mapping[str, Callable[..., object]]) -> list[str]:
    return sorted(name for name, function in functions.items() if permission_of(function) is None)


def test_every_public_changing_service_function_is_guarded() -> None:
    found = changing()

    assert len(found) >= 30
    assert _unguarded(found) == sorted(FREE)


def test_a_function_without_its_guard_is_found() -> None:
    def naked(uow: object, merchant_id: str) -> None: ...

    guarded = requires("stock.change")(naked)

    assert _unguarded({"naked": naked, "guarded": guarded}) == ["naked"]


def test_every_permission_can_be_named_and_is_somebodys() -> None:
    assert set(ACTIONS) == set(PERMISSIONS)
    assert all(role <= set(PERMISSIONS) for role in ALLOWED.values())


def _actorless(sources: Iterable[tuple[str, str]]) -> list[str]:
    found = []
    for path, source in sources:
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "begin":
                continue
            if not node.args and not node.keywords:
                found.append(f"{path}:{node.lineno}")
    return found


def test_every_edge_says_for_whom_it_acts() -> None:
    files = [p for room in ("admin", "assistant", "channels") for p in (ROOT / room).rglob("*.py")]

    assert _actorless((str(p.relative_to(ROOT)), p.read_text(encoding="utf-8")) for p in files) == []


def test_an_edge_that_does_not_say_is_found() -> None:
    source = "with database.begin() as uow:\n    pass\nwith database.begin(SYSTEM) as uow:\n    pass\n"

    assert _actorless([("edge.py", source)]) == ["edge.py:1"]
