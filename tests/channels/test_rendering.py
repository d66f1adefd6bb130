"""What we say, on every channel: a share of what `scripts/bench rendering` does."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from scripts.benchmarks.rendering import renderers, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from channels.base import Rendered
    from core.messaging import Content

_SHARE = 120


@pytest.mark.parametrize("name", renderers())
def test_limits_are_kept_and_nothing_is_lost(name: str) -> None:
    messages, problems = said(renderers()[name], _SHARE)
    assert messages > _SHARE
    assert problems == Counter()


def test_a_channel_that_cuts_is_found_out() -> None:
    whole = renderers()["whatsapp"]

    def cut(content: Content) -> Sequence[Rendered]:
        return whole.render(replace(content, text=content.text[:40], options=content.options[:3]))

    problems = said(replace(whole, render=cut), 60)[1]
    assert problems["an answer that cannot be reached"] > 10
    assert problems["words that are lost"] > 10


def test_a_channel_that_does_not_is_found_out_by_its_limits() -> None:
    whole = renderers()["whatsapp"]
    long = replace(whole, render=lambda content: whole.render(replace(content, text="x" * 5000)), body=_doubled)
    assert said(long, 20)[1]["text: longer than 4096"] > 0


def _doubled(part: Rendered) -> dict[str, object]:
    body = renderers()["whatsapp"].body(part)
    if body["type"] == "text":
        body |= {"text": {"body": body["text"]["body"] * 2}}
    return body
