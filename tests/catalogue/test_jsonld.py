"""The menu as schema.org JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from core.catalogue.format import menu_from_json
from core.catalogue.jsonld import to_schema_org
from core.merchants import LocationView, OpeningHours
from tests.catalogue.menus import small_menu

URL = "https://tea.example/"


def _document() -> dict[str, Any]:
    data = small_menu()
    data["items"][1]["available"] = False
    location = LocationView(
        id="l",
        merchant_id="m",
        name="Garden",
        address="1 Leaf Lane",
        phone="+353 1 555",
        time_zone="Europe/Dublin",
        tax_rate_basis_points=0,
        prices_include_tax=True,
        hours=(OpeningHours(0, "09:00", "17:00"), OpeningHours(5, "18:00", "02:00")),
    )
    return to_schema_org(menu_from_json(data), url=URL, location=location)


def test_the_shop_says_where_it_is_and_when_it_is_open() -> None:
    document = _document()
    shop = {key: value for key, value in document.items() if key != "hasMenu"}
    assert shop == {
        "@context": "https://schema.org",
        "@type": "Restaurant",
        "name": "Tea Garden",
        "currenciesAccepted": "EUR",
        "url": URL,
        "menu": URL,
        "address": "1 Leaf Lane",
        "telephone": "+353 1 555",
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": "https://schema.org/Monday",
                "opens": "09:00",
                "closes": "17:00",
            },
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": "https://schema.org/Saturday",
                "opens": "18:00",
                "closes": "02:00",
            },
        ],
    }


def test_sections_hold_items_with_offers_diets_and_add_ons() -> None:
    menu = _document()["hasMenu"]
    assert (menu["@type"], menu["inLanguage"]) == ("Menu", "en-IE")
    assert [s["name"] for s in menu["hasMenuSection"]] == ["Tea", "Tea Garden", "Deals"]
    brew = menu["hasMenuSection"][0]["hasMenuItem"][0]
    add_ons = brew.pop("menuAddOn")
    assert brew == {
        "@type": "MenuItem",
        "@id": f"{URL}#menu-item-brew",
        "name": "House brew",
        "description": "Dark and malty",
        "suitableForDiet": ["https://schema.org/VeganDiet"],
        "offers": [
            {
                "@type": "Offer",
                "price": price,
                "priceCurrency": "EUR",
                "availability": "https://schema.org/InStock",
                "name": name,
            }
            for name, price in (("Cup", "2.50"), ("Pot", "4.20"))
        ],
    }
    assert [(a["@type"], a["name"], len(a["hasMenuItem"])) for a in add_ons] == [
        ("MenuSection", "milk or cream", 2),
        ("MenuSection", "leaf", 2),
    ]
    shortbread, oatcake = menu["hasMenuSection"][1]["hasMenuItem"]
    assert shortbread["offers"]["availability"] == "https://schema.org/OutOfStock"
    assert oatcake["offers"]["price"] == "2.00"
    (deal,) = menu["hasMenuSection"][2]["hasMenuItem"]
    assert (deal["name"], deal["description"], deal["offers"]["price"]) == ("Elevenses", "drink, bite", "4.00")


def test_a_group_that_items_share_is_spelt_out_once_and_ids_are_unique() -> None:
    data = small_menu()
    data["items"][2]["modifier_groups"] = ["creamer"]
    document = to_schema_org(menu_from_json(data), url=URL)
    oatcake = document["hasMenu"]["hasMenuSection"][1]["hasMenuItem"][1]
    assert oatcake["menuAddOn"] == [{"@id": f"{URL}#menu-group-creamer"}]
    text = json.dumps(document)
    assert text.count('"name": "milk or cream"') == 1


def test_a_menu_alone_needs_no_address() -> None:
    document = to_schema_org(menu_from_json(small_menu()))
    assert sorted(document) == ["@context", "@type", "currenciesAccepted", "hasMenu", "name"]
