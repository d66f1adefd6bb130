"""Facts that happened, in the past tense. A unit of work records them; the outbox delivers them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar, Self

_registry: dict[str, type[Event]] = {}
_fields: dict[type[Event], tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events. Fields are JSON values only. `lane` orders delivery: same lane, same order as recorded.

    `quiet` events are kept and go into the audit log, but are delivered to nobody.
    """

    name: ClassVar[str] = ""
    quiet: ClassVar[bool] = False
    merchant_id: str

    def __init_subclass__(cls) -> None:
        super(Event, cls).__init_subclass__()
        _registry[cls.__name__] = cls

    @property
    def lane(self) -> str:
        """The key inside which events are delivered in order."""
        return f"merchant:{self.merchant_id}"

    def payload(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return {name: getattr(self, name) for name in _names(type(self))}

    @classmethod
    def of(cls, payload: dict[str, Any]) -> Self:
        """The event that `payload()` came from."""
        return cls(**payload)


def _names(kind: type[Event]) -> tuple[str, ...]:
    found = _fields.get(kind)
    if found is None:
        found = _fields[kind] = tuple(field.name for field in dataclasses.fields(kind))
    return found


def known() -> dict[str, type[Event]]:
    """Every kind of event by name."""
    # slots=True makes a dataclass build its class twice; the later, complete one wins under the same name.
    return dict(_registry)
