"""Answers about the shop and the menu, from declared data alone: what nobody declared is said to be unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from assistant.dialogue.options import categories_of, choose
from assistant.replies import handling
from assistant.replies.describe import item_name, modifier_name, variation_name
from assistant.topics import deliveries, talk
from assistant.topics.allergens import about_allergens, about_diet, asked_allergens
from assistant.topics.explanation import explain
from core.merchants import rules as merchant_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.commands import AnswerTopic
    from assistant.execution import CartValue
    from assistant.replies.speaker import Speaker
    from assistant.shop import Shop
    from core.catalogue.menu import Item

_MOST_ITEMS = 6
_SOME_ITEMS = 4  # of a category, when the whole menu is asked for
_MOST_CATEGORIES = 12


def answer_topic(speaker: Speaker, shop: Shop, cart: CartValue, topic: AnswerTopic) -> str:
    """One or two sentences about a topic."""
    if topic.topic == "total":
        return _total(speaker, shop, cart)
    if topic.topic in _OF_CART:
        return _OF_CART[topic.topic](speaker, shop, cart, topic)
    return _ANSWERS.get(topic.topic, _unknown)(speaker, shop, topic)


def answered() -> set[str]:
    """The topics that have an answer."""
    return {"total", *_OF_CART, *_ANSWERS}


def _items(shop: Shop, topic: AnswerTopic) -> list[Item]:
    return [shop.menu.items_by_id[i] for i in topic.items if i in shop.menu.items_by_id][:_MOST_ITEMS]


def _unknown(speaker: Speaker, _shop: Shop, _topic: AnswerTopic) -> str:
    return speaker.say("unknown_fact")


def _help(speaker: Speaker, _shop: Shop, _topic: AnswerTopic) -> str:
    return speaker.say("help")


def _total(speaker: Speaker, shop: Shop, cart: CartValue) -> str:
    if not cart.lines:
        return speaker.say("total_empty")
    quote = shop.quote(cart.lines, cart.fulfilment)
    return speaker.say("total", total=speaker.money(quote.total, "carts", shop.cart_id, "total"))


def _price(speaker: Speaker, shop: Shop, topic: AnswerTopic) -> str:
    said = [_item_price(speaker, shop, item, topic.variation) for item in _items(shop, topic)]
    for combo_id in topic.items:
        combo = shop.menu.combos_by_id.get(combo_id)
        if combo:
            price = speaker.money(combo.price, "combos", combo.id)
            said.append(speaker.say("price", item=item_name(speaker, shop.menu, combo.id), price=price))
    if not said:
        for group_id, modifier_id in topic.modifiers[:1]:
            group = shop.menu.groups_by_id.get(group_id)
            modifier = group.modifier(modifier_id) if group else None
            if modifier:
                name = modifier_name(speaker, shop.menu, group_id, modifier_id)
                if not modifier.price.amount:
                    return speaker.say("price_free", modifier=name)
                price = speaker.money(modifier.price, "modifiers", f"{group_id}/{modifier_id}")
                said.append(speaker.say("price_modifier", modifier=name, price=price))
    return " ".join(said) or speaker.say("no_price")


def _item_price(speaker: Speaker, shop: Shop, item: Item, variation_id: str | None) -> str:
    name = item_name(speaker, shop.menu, item.id)
    chosen = item.variation(variation_id)
    if chosen is not None:
        label = variation_name(speaker, shop.menu, item.id, chosen.id)
        price = speaker.money(chosen.price, "variations", f"{item.id}/{chosen.id}")
        return speaker.say("price", item=f"{name} ({label})", price=price)
    if not item.variations:
        return speaker.say("price", item=name, price=speaker.money(item.price, "items", item.id))
    prices = [
        speaker.say(
            "variation_price",
            variation=variation_name(speaker, shop.menu, item.id, v.id),
            price=speaker.money(v.price, "variations", f"{item.id}/{v.id}"),
        )
        for v in item.variations
    ]
    return speaker.say("price_from", item=name, prices=", ".join(prices))


def _have(speaker: Speaker, shop: Shop, topic: AnswerTopic) -> str:
    items = [shop.menu.items_by_id[i] for i in topic.items if i in shop.menu.items_by_id]
    there = [i.id for i in items if i.available] + [i for i in topic.items if i in shop.menu.combos_by_id]
    if there:
        names = [item_name(speaker, shop.menu, i) for i in there[:_MOST_ITEMS]]
        return speaker.say("have_yes", items=speaker.listed(names))
    if items:
        return " ".join(speaker.say("have_no", item=item_name(speaker, shop.menu, i.id)) for i in items)
    if topic.modifiers:
        return speaker.say("have_modifier", modifier=modifier_name(speaker, shop.menu, *topic.modifiers[0]))
    return _category(speaker, shop, topic) or speaker.say("have_unknown", categories=_categories(speaker, shop))


def category_named(shop: Shop, words: Sequence[str]) -> str:
    """The category that words of a question name; empty when they name none, or more than one."""
    found = choose(words, {i.category: (i.category,) for i in shop.menu.items if i.category})
    return found[0] if len(found) == 1 else ""


def _category(speaker: Speaker, shop: Shop, topic: AnswerTopic) -> str:
    found = category_named(shop, topic.subject)
    if not found:
        return ""
    inside = [i for i in shop.menu.items if i.category == found and i.available]
    names = [item_name(speaker, shop.menu, i.id) for i in inside[: _MOST_ITEMS * 2]]
    label = speaker.bind("category", found, "items", inside[0].id if inside else "", "category")
    return speaker.say("category", category=label, items=speaker.listed(names))


def _categories(speaker: Speaker, shop: Shop) -> str:
    first = {i.category: i.id for i in reversed(shop.menu.items) if i.category}
    ordered = dict.fromkeys(i.category for i in shop.menu.items if i.category)
    names = [speaker.bind("category", c, "items", first[c], "category") for c in ordered]
    if not names:
        names = [item_name(speaker, shop.menu, i.id) for i in shop.menu.items if i.available][: _MOST_ITEMS * 2]
    return speaker.listed(names)


def _menu(speaker: Speaker, shop: Shop, topic: AnswerTopic) -> str:
    return _category(speaker, shop, topic) or _whole_menu(speaker, shop)


def _whole_menu(speaker: Speaker, shop: Shop) -> str:
    """Every category on a line of its own, with some of what is in it, and the combos."""
    inside = {c: [i for i in shop.menu.items if i.category == c and i.available] for c in categories_of(shop.menu)}
    lines = [
        speaker.say(
            "category",
            category=speaker.bind("category", category, "items", items[0].id, "category"),
            items=speaker.listed([item_name(speaker, shop.menu, i.id) for i in items[:_SOME_ITEMS]])
            + ("…" if len(items) > _SOME_ITEMS else ""),
        ).replace("….", "…")
        for category, items in inside.items()
        if items
    ][:_MOST_CATEGORIES]
    combos = [item_name(speaker, shop.menu, c.id) for c in shop.menu.combos]
    if combos:
        lines.append(f"{speaker.listed(combos)}.")
    if not any(inside.values()):
        return speaker.say("menu", categories=_categories(speaker, shop))
    return "\n".join([*lines, speaker.say("invite")])


def _contents(speaker: Speaker, shop: Shop, cart: CartValue, topic: AnswerTopic) -> str:
    said = []
    asked = asked_allergens(speaker, topic)
    for item in _items(shop, topic):
        name = item_name(speaker, shop.menu, item.id)
        if asked:
            said.append(about_allergens(speaker, shop, cart, topic, [item]))
        if item.description:
            described = speaker.bind("description", item.description, "items", item.id, "description")
            said.append(speaker.say("contents", item=name, description=described.rstrip(".")))
        defaults = [
            modifier_name(speaker, shop.menu, g.id, m.id)
            for g in shop.menu.groups_of(item.id)
            for m in g.modifiers
            if m.default
        ]
        if defaults:
            said.append(speaker.say("contents_modifiers", item=name, modifiers=speaker.listed(defaults)))
        if not item.description and not defaults and not asked:
            said.append(speaker.say("contents_unknown", item=name))
    return " ".join(said) or speaker.say("no_price")


def _allergens(speaker: Speaker, shop: Shop, cart: CartValue, topic: AnswerTopic) -> str:
    return about_allergens(speaker, shop, cart, topic, _items(shop, topic)) or speaker.say("no_price")


def _diet(speaker: Speaker, shop: Shop, cart: CartValue, topic: AnswerTopic) -> str:
    return about_diet(speaker, shop, cart, topic, _items(shop, topic))


def _spicy(speaker: Speaker, shop: Shop, topic: AnswerTopic) -> str:
    label = speaker.word("diet_names", "spicy")
    said = [
        speaker.say(
            "diet_yes" if "spicy" in i.tags else "diet_no", item=item_name(speaker, shop.menu, i.id), diet=label
        )
        for i in _items(shop, topic)
    ]
    return " ".join(said) or speaker.say("unknown_fact")


def _sizes(speaker: Speaker, shop: Shop, topic: AnswerTopic) -> str:
    said = []
    for item in _items(shop, topic):
        name = item_name(speaker, shop.menu, item.id)
        sizes = [variation_name(speaker, shop.menu, item.id, v.id) for v in item.variations]
        said.append(
            speaker.say("sizes", item=name, variations=speaker.listed(sizes))
            if sizes
            else speaker.say("sizes_none", item=name)
        )
    return " ".join(said) or speaker.say("no_price")


def _hours(speaker: Speaker, shop: Shop, _topic: AnswerTopic) -> str:
    place = shop.location
    if place is None or not place.hours:
        return speaker.say("hours_unknown")
    state = merchant_rules.opening(place, shop.at)
    if state.open:
        if state.closes_at is None:
            return speaker.say("hours_open_always")
        closes = state.closes_at.astimezone(ZoneInfo(place.time_zone))
        return speaker.say("hours_open", time=speaker.time(closes, "opening_hours", place.id, "closes"))
    if state.opens_at is None:
        return speaker.say("hours_never")
    opens = state.opens_at.astimezone(ZoneInfo(place.time_zone))
    return speaker.say(
        "hours_closed",
        day=speaker.day(opens, "opening_hours", place.id, "weekday"),
        time=speaker.time(opens, "opening_hours", place.id, "opens"),
    )


def _field(key: str) -> Callable[[Speaker, Shop, AnswerTopic], str]:
    def answer(speaker: Speaker, shop: Shop, _topic: AnswerTopic) -> str:
        value = getattr(shop.location, key, "") if shop.location else ""
        if not value or shop.location is None:
            return speaker.say("unknown_fact")
        return speaker.say(key, **{key: speaker.bind(key, value, "locations", shop.location.id, key)})

    return answer


def _fact(*keys: str) -> Callable[[Speaker, Shop, AnswerTopic], str]:
    def answer(speaker: Speaker, shop: Shop, _topic: AnswerTopic) -> str:
        facts = shop.location.facts if shop.location else {}
        for key in keys:
            if shop.location and facts.get(key):
                return speaker.say(
                    "fact", fact=speaker.bind(key, facts[key], "locations", shop.location.id, f"facts.{key}")
                )
        return speaker.say("unknown_fact")

    return answer


def _fulfilment(speaker: Speaker, shop: Shop, _topic: AnswerTopic) -> str:
    ways = shop.location.fulfilments if shop.location else ()
    if not ways:
        return speaker.say("unknown_fact")
    return speaker.say("fulfilments", ways=speaker.listed([speaker.word("ways", w) for w in ways], "or"))


def _recommend(speaker: Speaker, shop: Shop, topic: AnswerTopic) -> str:
    return talk.recommend(speaker, shop, topic) or _menu(speaker, shop, topic)


def _status(speaker: Speaker, shop: Shop, _topic: AnswerTopic) -> str:
    order = shop.order
    if order is None:
        return " ".join(part for part in (speaker.say("status_none"), _usually_takes(speaker, shop)) if part)
    return handling.status(speaker, shop, order)


def _usually_takes(speaker: Speaker, shop: Shop) -> str:
    place = shop.location
    if place is None:
        return ""
    minutes = speaker.number(place.policy.preparation_minutes, "locations", place.id, "policy.preparation_minutes")
    return speaker.say("usually_takes", minutes=minutes)


def _delivery(speaker: Speaker, shop: Shop, cart: CartValue, topic: AnswerTopic) -> str:
    return deliveries.fees(speaker, shop, cart) or _fulfilment(speaker, shop, topic)


def _change(speaker: Speaker, shop: Shop, cart: CartValue, _topic: AnswerTopic) -> str:
    return deliveries.change(speaker, shop, cart)


# What depends on how it was ordered as well.
_OF_CART: dict[str, Callable[[Speaker, Shop, CartValue, AnswerTopic], str]] = {
    "explain": explain,
    "delivery": _delivery,
    "change": _change,
    "contents": _contents,
    "allergens": _allergens,
    "diet": _diet,
}
_ANSWERS: dict[str, Callable[[Speaker, Shop, AnswerTopic], str]] = {
    "help": _help,
    "price": _price,
    "have": _have,
    "menu": _menu,
    "spicy": _spicy,
    "sizes": _sizes,
    "hours": _hours,
    "address": _field("address"),
    "phone": _field("phone"),
    "wifi": _fact("wifi"),
    "parking": _fact("parking"),
    "payment": _fact("payment", "payments", "cards"),
    "fulfilment": _fulfilment,
    "status": _status,
    "loyalty": _fact("loyalty", "points"),
    "recommend": _recommend,
    "about_me": talk.about_me,
    "staff": talk.staff_only,
}
