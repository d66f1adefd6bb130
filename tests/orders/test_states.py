"""The life of an order: every arrow, and none besides."""

from __future__ import annotations

import pytest

from core.kernel.errors import IllegalTransition
from core.orders import states

ALLOWED = {
    "held": {"new", "cancelled"},
    "new": {"accepted", "cancelled"},
    "accepted": {"preparing", "ready", "cancelled"},
    "preparing": {"ready", "cancelled"},
    "ready": {"out_for_delivery", "completed"},
    "out_for_delivery": {"completed"},
    "completed": set(),
    "cancelled": set(),
}


@pytest.mark.parametrize("state", states.STATES)
@pytest.mark.parametrize("target", states.STATES)
def test_every_pair_of_states(state: states.OrderState, target: states.OrderState) -> None:
    if state == target:
        assert states.moves(state, target) is False
    elif target in ALLOWED[state]:
        assert states.moves(state, target) is True
    else:
        with pytest.raises(IllegalTransition) as refused:
            states.moves(state, target)
        assert refused.value.text == f"An order that is {state} cannot become {target}."


def test_every_state_can_be_reached_and_two_are_final() -> None:
    assert {"held"} | {target for _, target in states.ARROWS} == set(states.STATES)
    assert set(states.STATES) - {state for state, _ in states.ARROWS} == {"completed", "cancelled"}
    assert set(states.OPEN) == set(states.STATES) - {"completed", "cancelled"}
