"""The shop and its menu as schema.org JSON-LD, for search engines: https://schema.org/Menu."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.catalogue.menu import Combo, Item, Menu, Modifier, ModifierGroup, Variation
    from core.kernel.money import Money
    from core.merchants import LocationView, OpeningHours

# https://schema.org/RestrictedDiet
_DIETS: Final = {
    "vegan": "VeganDiet",
    "vegetarian": "VegetarianDiet",
    "gluten-free": "GlutenFreeDiet",
    "dairy-free": "LowLactoseDiet",
    "halal": "HalalDiet",
    "kosher": "KosherDiet",
    "low-calorie": "LowCalorieDiet",
    "low-fat": "LowFatDiet",
    "low-salt": "LowSaltDiet",
}
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DEALS: Final = "deals"


def to_schema_org(menu: Menu, *, url: str = "", location: LocationView | None = None) -> dict[str, Any]:
    """A Restaurant with its Menu: sections by category, an Offer for each size, diets, and modifiers as add-ons.

    `url` is the address of the shop's page; ids of sections and items are made from it. Allergens are left out:
    schema.org has no property that says "free of" without saying too much.
    """
    menu_id = f"{url}#menu"
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Restaurant",
        "name": menu.name,
        "currenciesAccepted": menu.currency,
        "hasMenu": {
            "@type": "Menu",
            "@id": menu_id,
            "name": menu.name,
            "inLanguage": menu.locale,
            "hasMenuSection": [*_sections(menu, menu_id), *_combo_section(menu.combos, menu_id)],
        },
    }
    if url:
        data |= {"url": url, "menu": url}
    return data | _place(location) if location else data


def _place(location: LocationView) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if location.address:
        data["address"] = location.address
    if location.phone:
        data["telephone"] = location.phone
    if location.hours:
        data["openingHoursSpecification"] = [_hours(span) for span in location.hours]
    return data


def _hours(span: OpeningHours) -> dict[str, Any]:
    # A time that closes at or before it opens is on the next day: schema.org reads it so too.
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": f"https://schema.org/{_DAYS[span.weekday]}",
        "opens": span.opens,
        "closes": span.closes if span.closes != span.opens else "23:59",
    }


def _sections(menu: Menu, menu_id: str) -> list[dict[str, Any]]:
    order = {category: n for n, category in reversed(list(enumerate(i.category for i in menu.items)))}
    items = sorted(menu.items, key=lambda i: order[i.category])
    spelt: set[str] = set()
    return [
        _section(f"{menu_id}-{number}", category or menu.name, [_item(menu, item, menu_id, spelt) for item in members])
        for number, (category, members) in enumerate(groupby(items, key=lambda i: i.category), start=1)
    ]


def _section(identifier: str, name: str, items: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"@type": "MenuSection", "@id": identifier, "name": name, "hasMenuItem": list(items)}


def _item(menu: Menu, item: Item, menu_id: str, spelt: set[str]) -> dict[str, Any]:
    data = _entry(f"{menu_id}-item-{item.id}", item.name, item.description, item.tags)
    data["offers"] = (
        [_offer(v.price, available=item.available, variation=v) for v in item.variations]
        if item.variations
        else _offer(item.price, available=item.available)
    )
    groups = [_add_on(group, menu_id, spelt) for group in menu.groups_of(item.id)]
    return data | {"menuAddOn": groups} if groups else data


def _add_on(group: ModifierGroup, menu_id: str, spelt: set[str]) -> dict[str, Any]:
    """A group is spelt out where it comes first; after that items point at it."""
    if group.id in spelt:
        return {"@id": f"{menu_id}-group-{group.id}"}
    spelt.add(group.id)
    return _group(group, menu_id)


def _group(group: ModifierGroup, menu_id: str) -> dict[str, Any]:
    identifier = f"{menu_id}-group-{group.id}"
    return _section(identifier, group.name, [_modifier(m, f"{identifier}-{m.id}") for m in group.modifiers])


def _modifier(modifier: Modifier, identifier: str) -> dict[str, Any]:
    data = _entry(identifier, modifier.name, "", modifier.tags)
    return data | {"offers": _offer(modifier.price, available=modifier.available)}


def _combo_section(combos: tuple[Combo, ...], menu_id: str) -> list[dict[str, Any]]:
    if not combos:
        return []
    items = [
        _entry(f"{menu_id}-item-{c.id}", c.name, ", ".join(s.name for s in c.slots), ())
        | {"offers": _offer(c.price, available=True)}
        for c in combos
    ]
    return [_section(f"{menu_id}-{_DEALS}", "Deals", items)]


def _entry(identifier: str, name: str, description: str, tags: tuple[str, ...]) -> dict[str, Any]:
    data: dict[str, Any] = {"@type": "MenuItem", "@id": identifier, "name": name}
    if description:
        data["description"] = description
    diets = [f"https://schema.org/{_DIETS[tag]}" for tag in tags if tag in _DIETS]
    return data | {"suitableForDiet": diets} if diets else data


def _offer(price: Money, *, available: bool, variation: Variation | None = None) -> dict[str, Any]:
    state = "InStock" if available else "OutOfStock"
    offer: dict[str, Any] = {
        "@type": "Offer",
        "price": str(price.decimal()),
        "priceCurrency": price.currency,
        "availability": f"https://schema.org/{state}",
    }
    return {**offer, "name": variation.name} if variation else offer
