"""The demo shop: whole, faultless, and made once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from comanda.demo import MENU_FILE, make_demo_shop
from core import catalogue, inventory, merchants
from core.catalogue.format import check_file, read_menu_file
from core.kernel.money import Money
from core.merchants.models import Merchant

if TYPE_CHECKING:
    from core.catalogue import Item, Menu, Modifier
    from core.db.session import Database
    from core.merchants import MerchantView

FROM_ANIMALS = {"eggs", "milk", "fish", "crustaceans", "molluscs"}


@pytest.fixture(scope="module")
def menu() -> Menu:
    """The demo menu as its file says."""
    return read_menu_file(MENU_FILE)


def _as_it_comes(menu: Menu, item: Item) -> set[str]:
    """Allergens of what an item's groups add when nothing is chosen."""
    defaults = [m for g in menu.groups_of(item.id) for m in g.modifiers if m.default]
    return {word for modifier in defaults for word in modifier.allergens}


def test_the_menu_is_faultless_and_large_enough_to_try_everything(menu: Menu) -> None:
    assert check_file(MENU_FILE)[1] == []
    assert len(menu.items) >= 40
    assert len({i.category for i in menu.items}) >= 8
    assert len(menu.combos) == 3
    assert (menu.currency, menu.locale) == ("USD", "en-US")
    assert all(i.description and i.category for i in menu.items)


def test_every_item_and_modifier_declares_its_allergens(menu: Menu) -> None:
    assert [i.id for i in menu.items if i.allergens is None] == []
    assert [m.id for g in menu.modifier_groups for m in g.modifiers if not m.allergens_declared] == []


def test_items_declare_what_their_default_modifiers_bring(menu: Menu) -> None:
    silent = {i.id: _as_it_comes(menu, i) - set(i.allergens or ()) for i in menu.items}
    assert {k: v for k, v in silent.items() if v} == {}


def test_tags_agree_with_allergens(menu: Menu) -> None:
    entries: list[Item | Modifier] = [*menu.items, *(m for g in menu.modifier_groups for m in g.modifiers)]
    assert [e.id for e in entries if "vegan" in e.tags and FROM_ANIMALS & set(e.allergens or ())] == []
    assert [e.id for e in entries if "gluten-free" in e.tags and "gluten" in (e.allergens or ())] == []
    assert [e.id for e in entries if "vegan" in e.tags and "vegetarian" not in e.tags] == []
    for item in menu.items:
        defaults = [m for g in menu.groups_of(item.id) for m in g.modifiers if m.default]
        for tag in {"vegan", "vegetarian", "gluten-free"} & set(item.tags):
            assert [m.id for m in defaults if tag not in m.tags] == [], item.id


def test_no_word_means_two_modifiers_of_one_item(menu: Menu) -> None:
    for item in menu.items:
        words = [
            word.casefold()
            for group in menu.groups_of(item.id)
            for modifier in group.modifiers
            for word in (modifier.name, *modifier.aliases)
        ]
        assert sorted(words) == sorted(set(words)), item.id


def test_the_order_that_everybody_tries_first_is_possible(menu: Menu) -> None:
    latte = menu.items_by_id["latte"]
    assert [v.id for v in latte.variations] == ["small", "medium", "large"]
    assert latte.default_variation is None
    large = latte.variation("large")
    assert large is not None
    assert large.price == Money(530, "USD")
    groups = {g.id: g for g in menu.groups_of("latte")}
    oat = groups["milk"].modifier("oat_milk")
    assert oat is not None
    assert (oat.price, "oat" in oat.aliases) == (Money(80, "USD"), True)
    shot = groups["espresso_shots"].modifier("extra_shot")
    assert shot is not None
    assert shot.price == Money(90, "USD")
    assert menu.items_by_id["croissant"].price == Money(360, "USD")


def test_there_is_something_of_every_kind_of_choice(menu: Menu) -> None:
    groups = menu.modifier_groups
    assert {g.id for g in groups if g.min >= 1} == {
        "tea_kind",
        "iced_tea_kind",
        "bagel_kind",
        "toast_bread",
        "dressing",
    }
    assert {p for g in groups for p in g.pre_modifiers} == {"no", "light", "regular", "extra", "side"}
    assert [i.id for i in menu.items if i.default_variation] == ["espresso", "orange_juice"]
    assert len([i.id for i in menu.items if "kids" in i.tags]) == 3


def test_the_shop_is_made_whole_and_once(database: Database) -> None:
    first = make_demo_shop(database)
    with database.begin() as uow:
        inventory.receive(uow, first.id, first.location_ids[0], "croissant", 5, reason="second delivery")
        catalogue.set_available(uow, first.id, "blt", available=False)
    assert make_demo_shop(database) == first
    with database.read() as session:
        assert merchants.only_merchant(session) == first
        location = merchants.default_location(session, first.id)
        loaded = catalogue.load_menu(session, first.id)
        stock = {level.item_id: level.on_hand for level in inventory.levels(session, first.id, location.id)}
    assert loaded.items_by_id["blt"].available is False
    assert (location.time_zone, location.tax_rate_basis_points) == ("America/New_York", 800)
    assert {"wifi", "parking", "payment"} <= location.facts.keys()
    assert len(location.hours) == 7
    assert stock["croissant"] == 29
    assert "latte" not in stock
    assert set(stock) <= loaded.items_by_id.keys()


def test_two_processes_that_start_at_once_make_one_shop(database: Database) -> None:
    made: list[MerchantView] = []
    threads = [threading.Thread(target=lambda: made.append(make_demo_shop(database))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 3
    assert len(set(made)) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Merchant)) == 1
        level = inventory.level(session, made[0].id, made[0].location_ids[0], "croissant")
    assert level is not None
    assert level.on_hand == 24
