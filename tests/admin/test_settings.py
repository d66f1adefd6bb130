"""The settings of a location, by their forms: what is shown is what holds, and what is sent holds from then on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from admin.routes.settings import PARTS
from core import kitchen, merchants, orders, staff
from core.db import audit
from core.kernel.errors import InvalidInput
from core.kernel.money import Money
from core.merchants import Charging, Holiday, OpeningHours, Policy, Postcodes, Radius, ServiceCharge, TaxRate, Zone
from core.merchants.zones import Polygon
from core.orders import Tip
from tests.admin.forms import Form, form_to

if TYPE_CHECKING:
    from core.merchants import LocationView
    from tests.admin.shops import Browser, Shop

EUR = "EUR"
WEEK = (OpeningHours(0, "08:00", "14:00"), OpeningHours(0, "17:00", "02:00"), OpeningHours(6, "00:00", "00:00"))
HOLIDAYS = (Holiday("2031-01-01", "New year"), Holiday("2031-12-24", "Eve", (("09:00", "13:00"), ("15:00", "18:00"))))
ZONES = (
    Zone("Docks", Postcodes(("D02*", "D04X285")), Money(250, EUR), Money(1500, EUR), 15),
    Zone("Near", Radius((53_349_800, -6_260_300), 2500), Money(0, EUR), Money(0, EUR), 10),
    Zone(
        "Island",
        Polygon(((53_350_000, -6_280_000), (53_360_000, -6_250_000), (53_340_000, 0))),
        Money(900, EUR),
        Money(0, EUR),
    ),
)
POLICY = Policy(
    when_closed="preorder",
    slot_orders=4,
    customer_cancels="never",
    hold_units=30,
    hold_amount=20_050,
    hold_minutes=45,
    tables=("1", "2", "Window"),
    table_required=True,
    country="IE",
    quiet_from="21:00",
    quiet_until="08:00",
)
CHARGING = Charging(
    tax_rates=(TaxRate("Drinks", 2300, ("pickup", "dine_in")), TaxRate("", 900, ("delivery",))),
    tax_rounding="line",
    service_charge=ServiceCharge(basis_points=1250, taxable=False, fulfilments=("dine_in",)),
    cash_increment=5,
    tips=False,
)
STATIONS = (
    kitchen.Station("Bar", items=("tea",), categories=("Drinks",), minutes=3, parallel=2, checks=("Lid on",)),
    kitchen.Station("Oven", categories=("Pies",), modifiers=("cheese",)),
)


def _place(shop: Shop, name: str = "Quay 1") -> LocationView:
    with shop.database.read() as session:
        places = merchants.merchant(session, shop.merchant.id).location_ids
        found = [merchants.location(session, shop.merchant.id, one) for one in places]
    return next(place for place in found if place.name == name)


def _furnish(shop: Shop) -> None:
    here = (shop.merchant.id, shop.location.id)
    with shop.database.begin() as uow:
        facts = {"wifi": "ask at the bar", "parking": "behind the house: free"}
        merchants.edit_location(uow, *here, phone="01 555", facts=facts, fulfilments=("pickup", "delivery"))
        merchants.set_hours(uow, *here, WEEK)
        merchants.set_holidays(uow, *here, HOLIDAYS)
        merchants.set_zones(uow, *here, ZONES)
        merchants.set_policy(uow, *here, POLICY)
        merchants.set_charging(uow, *here, CHARGING, tax_rate_basis_points=1350, prices_include_tax=True)
        kitchen.set_stations(uow, *here, STATIONS)


def _all(shop: Shop) -> object:
    with shop.database.read() as session:
        here = (shop.merchant.id, shop.location.id)
        place = merchants.location(session, *here)
        return place, merchants.zones(session, *here), kitchen.stations(session, *here)


def _form(browser: Browser, part: str, at: str = "") -> Form:
    page = browser.get(f"/admin/settings/{part}?at={at}")
    assert page.status_code == 200
    return form_to(page.text, f"/admin/settings/{part}")


def _send(browser: Browser, form: Form, values: dict[str, list[str]] | None = None, status: int = 303) -> Any:  # noqa: ANN401 - the client's response
    answer = browser.client.post(form.action, data=form.values if values is None else values)
    assert answer.status_code == status, answer.text
    return answer


@pytest.mark.parametrize("furnished_well", [False, True])
def test_a_form_that_nobody_touched_changes_nothing(shop: Shop, *, furnished_well: bool) -> None:
    if furnished_well:
        _furnish(shop)
    before = _all(shop)
    browser = shop.browser("manager")
    for part in PARTS:
        _send(browser, _form(browser, part))
        assert (part, _all(shop)) == (part, before)


def test_everything_can_be_set_by_forms(shop: Shop) -> None:
    browser = shop.browser("owner")
    about = _form(browser, "about")
    _send(
        browser, about, about.set(name="Quay 2", time_zone="Europe/Dublin", facts="wifi: ask", fulfilments=["dine_in"])
    )
    hours = _form(browser, "hours")
    _send(browser, hours, hours.set(hours=["8-14, 17:00 to 2", "", "closed", "", "", "", "0:00–24:00"]))
    days = {"day": ["2031-01-01", "2031-12-24"], "name": ["New year", "Eve"], "hours": ["", "9–13; 15:00–18:00"]}
    _send(browser, _form(browser, "holidays"), _form(browser, "holidays").values | days)
    rows = {
        "zone": ["Island", "Docks", "Near"],
        "kind": ["polygon", "postcodes", "radius"],
        "area": ["53.35, -6.28; 53.36,-6.25\n53.34, 0", "D02*, D04X285", "53.3498, -6.2603, 2.5 km"],
        "fee": ["9", "2,50", ""],
        "minimum": ["", "15.00", "0"],
        "minutes": ["20", "15", "10"],
        "order": ["3", "1", "2"],
    }
    _send(browser, _form(browser, "delivery"), _form(browser, "delivery").values | rows)
    orders_form = _form(browser, "orders")
    rules = {"when_closed": "preorder", "slot_orders": "4", "customer_cancels": "never", "hold_units": "30"}
    rules |= {
        "hold_amount": "200.50",
        "hold_minutes": "45",
        "tables": "1, 2\nWindow",
        "table_required": "yes",
        "country": "ie",
        "quiet_from": "21:00",
        "quiet_until": "08:00",
    }
    _send(browser, orders_form, orders_form.set(**rules))
    money = _form(browser, "money").values | {
        "tax": ["13.5 %"],
        "inclusive": ["yes"],
        "tax_rounding": ["line"],
        "of": ["Drinks", ""],
        "rate": ["23", "9"],
        "rate-for-0": ["pickup", "dine_in"],
        "rate-for-1": ["delivery"],
        "service": ["12.5 %"],
        "service-for": ["dine_in"],
        "coin": ["0.05"],
    }
    _send(browser, _form(browser, "money"), {n: v for n, v in money.items() if n not in {"tips", "taxable"}})
    stations = _form(browser, "kitchen").values | {
        "name": ["Bar", "Oven"],
        "minutes": ["3", "10"],
        "parallel": ["2", "1"],
        "checks": ["Lid on", ""],
        "items-0": ["tea"],
        "categories-0": ["Drinks"],
        "categories-1": ["Pies"],
        "modifiers-1": ["cheese"],
    }
    _send(browser, _form(browser, "kitchen"), stations)
    place = _place(shop, "Quay 2")
    with shop.database.read() as session:
        assert merchants.zones(session, shop.merchant.id, place.id) == ZONES
        assert kitchen.stations(session, shop.merchant.id, place.id) == STATIONS
        told = [(e.event, e.actor_id) for e in audit.entries(session, shop.merchant.id, limit=7)]
    assert (place.time_zone, place.facts, place.fulfilments) == ("Europe/Dublin", {"wifi": "ask"}, ("dine_in",))
    assert (place.hours, place.holidays, place.policy) == (WEEK, HOLIDAYS, POLICY)
    assert (place.charging, place.tax_rate_basis_points, place.prices_include_tax) == (CHARGING, 1350, True)
    me = shop.people["owner"].id
    assert sorted(told) == sorted([("StationsChanged", me), *[("PlaceChanged", me)] * 6])


@pytest.mark.parametrize(
    ("part", "name", "place", "text", "says"),
    [
        ("about", "name", 0, " ", "is empty"),
        ("about", "time_zone", 0, "Mars/Base", "is not a time zone"),
        ("about", "facts", 0, "wifi is free", "write it like"),
        ("hours", "hours", 2, "morning", "Wednesday: “morning” is no time"),
        ("hours", "hours", 0, "08:00-25:00", "is not a time like"),
        ("hours", "hours", 0, "8-12, 11-13", "overlaps"),
        ("holidays", "name", 0, "Feast", "Feast: has no date"),
        ("holidays", "day", 0, "2031-02-30", "is not a date"),
        ("delivery", "area", 0, "D02*", "is empty"),
        ("delivery", "zone", 0, "North", "list postcodes"),
        ("orders", "slot_minutes", 0, "3", "from 5 to 240"),
        ("orders", "slot_minutes", 0, "soon", "is not a whole number"),
        ("orders", "hold_amount", 0, "1.005", "is no amount"),
        ("orders", "country", 0, "Eire", "is not a country code"),
        ("money", "tax", 0, "101", "is no per cent"),
        ("money", "service", 0, "a lot", "is no amount"),
        ("money", "coin", 0, "0", "is not from 1"),
        ("kitchen", "minutes", 0, "0", ""),  # a row without a name says nothing
    ],
)
def test_what_cannot_be_meant_is_shown_again_with_what_is_wrong(  # noqa: PLR0917 - a table
    same_shops: tuple[Shop, Shop], part: str, name: str, place: int, text: str, says: str
) -> None:
    shop = same_shops[0]
    before = _all(shop)
    browser = shop.browser("owner")
    form = _form(browser, part)
    values = form.put(name, place, text)
    if not says:  # what is too much of it is cut or left out: nothing to refuse
        _send(browser, form, values)
        return
    answer = _send(browser, form, values, status=422)
    assert "Nothing was changed." in answer.text
    assert says in answer.text
    again = form_to(answer.text, form.action).values[name]
    assert again[place].strip() == text.strip()
    assert _all(shop) == before


def test_a_zone_is_removed_and_the_others_stay(shop: Shop) -> None:
    _furnish(shop)
    browser = shop.browser("owner")
    form = _form(browser, "delivery")
    _send(browser, form, form.values | {"gone": ["1"]})
    with shop.database.read() as session:
        left = merchants.zones(session, shop.merchant.id, shop.location.id)
    assert left == (ZONES[0], ZONES[2])


def test_a_manager_of_one_place_sets_that_place_alone(shop: Shop) -> None:
    with shop.database.begin() as uow:
        far = merchants.add_location(uow, shop.merchant.id, name="Far")
        staff.set_locations(uow, shop.merchant.id, shop.people["manager"].id, [far.id])
    browser = shop.browser("manager")
    form = _form(browser, "hours")
    assert form.values["at"] == [far.id]
    assert browser.get(f"/admin/settings/hours?at={shop.location.id}").status_code == 403
    values = form.put("hours", 0, "8-9") | {"at": [shop.location.id]}
    _send(browser, form, values, status=403)
    assert _place(shop).hours == ()
    _send(browser, form, form.put("hours", 0, "8-9"))
    assert _place(shop, "Far").hours == (OpeningHours(0, "08:00", "09:00"),)


def test_where_no_tips_are_taken_none_can_be_given(shop: Shop) -> None:
    talk = shop.conversation()
    tip = Tip(Money(100, EUR))
    with shop.database.begin() as uow:
        cart = orders.find_cart(uow.session, shop.merchant.id, talk.id)
        assert cart is not None
        orders.set_tip(uow, shop.merchant.id, cart.id, tip)
        before = orders.quote_cart(uow.session, shop.merchant.id, cart.id)
    browser = shop.browser("owner")
    form = _form(browser, "money")
    _send(browser, form, {name: values for name, values in form.values.items() if name != "tips"})
    with shop.database.begin() as uow:
        # What was to be given before is not asked for any more.
        after = orders.quote_cart(uow.session, shop.merchant.id, cart.id)
        assert (before.charges.tip.amount, after.charges.tip.amount) == (100, 0)
        with pytest.raises(InvalidInput, match="no tips are taken here"):
            orders.set_tip(uow, shop.merchant.id, cart.id, tip)


def test_what_was_set_holds_for_the_next_order(shop: Shop) -> None:
    browser = shop.browser("owner")
    form = _form(browser, "orders")
    _send(browser, form, form.set(hold_units="2"))
    order = shop.order()
    assert (order.state, order.held_for) == ("held", ("3 units, more than 2",))
    assert order.placed_at <= datetime.now(UTC)
