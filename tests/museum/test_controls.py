"""Every history fails when the guard that prevents it is taken out of our own core: the same test, word for word."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from core.settings import settings
from tests.museum import test_goods, test_money
from tests.museum.breaks import HISTORIES, Saw

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.db.session import Database

_SHOPS: dict[str, Callable[..., Any]] = {
    test_goods.__name__: test_goods.open_with_rolls,
    test_money.__name__: test_money.open_with_links,
}


def _test_of(place: str) -> Callable[..., None]:
    module, _, name = place.partition(":")
    found: Callable[..., None] = getattr(import_module(module), name)
    return found


@pytest.mark.parametrize("name", HISTORIES)
def test_without_its_guard_the_history_repeats_itself(
    name: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = HISTORIES[name]
    lived = _test_of(history.test)
    given: dict[str, object] = dict(history.given)
    asked = inspect.signature(lived).parameters
    if "database" in asked:
        given["database"] = database
    if "shop" in asked:
        given["shop"] = _SHOPS[lived.__module__](database, monkeypatch)
    saw = Saw(monkeypatch)
    history.broken(saw)
    try:
        with pytest.raises(history.fails):
            lived(**given)
    finally:
        settings.cache_clear()
    assert saw.used


@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_is_where_the_index_says_and_takes_what_it_is_given(name: str) -> None:
    history = HISTORIES[name]
    lived = _test_of(history.test)
    assert (lived.__doc__ or lived.__name__).strip()
    assert set(history.given) <= set(inspect.signature(lived).parameters)
    assert history.broken.__doc__
