"""Pure rules of consent: the words of the telephone networks, and what a choice means for each purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from core.customers.consent.views import Standing
from core.kernel.text import clean, fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from core.customers.consent.views import Allowed, Choice, ConsentView

Word = Literal["stop", "start", "help"]

# What carriers and Twilio act upon by themselves when it is all that a text message says. Sources: Twilio, "Advanced
# Opt-Out"; CTIA Messaging Principles; FCC 24-24, which adds "revoke" and "opt out". They are commands on SMS only: on
# any other channel "cancel" and "end" are about the order.
_STOP: Final = frozenset({"stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
_STOP_TOO: Final = frozenset({"opt out", "opt-out"})
_START: Final = frozenset({"start", "unstop"})
_START_WHEN_OUT: Final = frozenset({"yes"})
_HELP: Final = frozenset({"help", "info"})
_BY_PROVIDER: Final[Mapping[str, Word]] = {"stop": "stop", "start": "start", "help": "help"}
_LONGEST: Final = 24
# Where a payload says what the provider made of a message.
_FIELDS: Final = ("opt_out", "OptOutType")


def keyword(channel: str, text: str, *, out: bool) -> Word | None:
    """The command that a message is, if it is nothing else. `out`: they have told us to stop already."""
    if channel != "sms" or len(text) > 2 * _LONGEST:
        return None
    word = fold(clean(text, _LONGEST)).strip(" .!,;:\"'“”\u2018\u2019")
    if word in _STOP or word in _STOP_TOO:
        return "stop"
    if word in _START or (out and word in _START_WHEN_OUT):
        return "start"
    return "help" if word in _HELP else None


def by_provider(payload: Mapping[str, Any]) -> Word | None:
    """The command that a provider says it has acted upon already."""
    said = next((payload[name] for name in _FIELDS if isinstance(payload.get(name), str)), "")
    return _BY_PROVIDER.get(str(said).casefold())


def standing_of(entries: Sequence[ConsentView]) -> Standing:
    """What may be sent after these entries, the oldest first."""
    now: dict[str, Allowed] = {}
    for entry in entries:
        if entry.purpose != "disclosure":
            now[entry.purpose] = entry.allowed  # type: ignore[assignment] # the table checks it
    return Standing(now.get("transactional", "always"), now.get("marketing", "never"))


def meaning(choice: Choice, entries: Sequence[ConsentView]) -> dict[str, Allowed]:
    """What a choice makes of each purpose; only what changes. Coming back gives what there was before leaving."""
    before = standing_of(entries)
    if choice == "stop":
        wanted = Standing("never", "never")
    elif choice == "out":
        # Whoever sent the carrier's word before does not open the door by saying it again in other words.
        wanted = Standing("never" if before.transactional == "never" else "in_answer", "never")
    elif choice == "offers":
        wanted = Standing("always", "always")
    elif choice == "no_offers":
        wanted = Standing(before.transactional, "never")
    else:
        agreed = any(e.purpose == "marketing" and e.allowed == "always" for e in entries)
        wanted = Standing("always", "always" if agreed else "never")
    changed: dict[str, Allowed] = {}
    if wanted.transactional != before.transactional:
        changed["transactional"] = wanted.transactional
    if wanted.marketing != before.marketing:
        changed["marketing"] = wanted.marketing
    return changed


def allows(standing: Standing, purpose: str, *, in_answer: bool) -> bool:
    """Whether a message for a purpose may go out. What nobody has agreed to, offers above all, may not."""
    if purpose == "marketing":
        return standing.marketing == "always"
    return standing.transactional == "always" or (in_answer and standing.transactional == "in_answer")
