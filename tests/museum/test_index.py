"""Every history is where the index says."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.museum import HISTORIES


@pytest.mark.parametrize("place", sorted({place for both in HISTORIES.values() for place in both}))
def test_a_history_and_its_control_are_where_the_index_says(place: str) -> None:
    module, _, name = place.partition(":")
    assert callable(getattr(import_module(module), name))
