"""Damaged deliveries: a share of what `scripts/bench fuzz` does. No parser raises, and none takes long."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from scripts.benchmarks.fuzz import targets
from scripts.benchmarks.fuzzing import fuzz

_SHARE = 20_000


@pytest.mark.parametrize("name", targets())
def test_no_damage_raises_or_takes_long(name: str) -> None:
    harvest = fuzz(targets()[name], _SHARE, seed=1)
    assert harvest.parsed == _SHARE
    assert (dict(harvest.raised), harvest.slow) == ({}, 0), harvest.examples


@pytest.mark.parametrize("name", targets())
def test_genuine_deliveries_are_read(name: str) -> None:
    target = targets()[name]
    assert all(target.parse(seed) for seed in target.seeds)


def test_a_parser_that_trusts_what_comes_is_found_out() -> None:
    trusting = replace(targets()["whatsapp"], parse=lambda body: json.loads(body)["entry"][0]["changes"])
    assert fuzz(trusting, 300, seed=1).raised.total() > 50
