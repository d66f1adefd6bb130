"""What a location is called, where it is, and how it hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from admin.fields import Fields
from core.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from core.merchants import LocationView


def shown(location: LocationView) -> Fields:
    """The description as a form has it."""
    facts = "\n".join(f"{key}: {value}" for key, value in location.facts.items())
    said = {name: getattr(location, name) for name in ("name", "address", "phone", "time_zone")} | {"facts": facts}
    return Fields({name: [value] for name, value in said.items()} | {"fulfilments": list(location.fulfilments)})


def meant(fields: Fields) -> dict[str, Any]:
    """The details that a form gives, as `merchants.edit_location` takes them.

    Raises:
        InvalidInput: a fact that is not written as “name: what customers are told”.
    """
    facts: dict[str, str] = {}
    for line in fields.one("facts").splitlines():
        key, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not (colon and key.strip() and value.strip()):
            raise InvalidInput(field="facts", problem=f"“{line.strip()[:40]}”: write it like “wifi: ask at the bar”.")
        facts[key.strip()] = value.strip()
    plain = {name: fields.one(name) for name in ("name", "address", "phone", "time_zone")}
    return plain | {"fulfilments": fields.all("fulfilments"), "facts": facts}
