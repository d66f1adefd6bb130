"""Where is delivered: addresses as countries write them, and zones by postcode, distance and border."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from core import merchants
from core.kernel.errors import InvalidAddress, InvalidInput
from core.kernel.money import Money
from core.merchants import Address, Polygon, Postcodes, Radius, Zone
from core.merchants.addresses import checked
from core.merchants.zones import distance, zone_of

if TYPE_CHECKING:
    from core.db.session import Database
    from core.merchants.zones import Area

PIER = (53_344_000, -6_259_000)
SQUARE = ((53_300_000, -6_300_000), (53_300_000, -6_200_000), (53_400_000, -6_200_000), (53_400_000, -6_300_000))
L_SHAPE = ((0, 0), (0, 4), (2, 4), (2, 2), (4, 2), (4, 0))


@pytest.mark.parametrize(
    ("country", "good", "bad"),
    [
        ("IE", "d02 x285", "2020"),
        ("IE", "D6W XY00", "D6 XY00"),
        ("GB", "sw1a 1aa", "SW1 AAA"),
        ("GB", "M1 1AE", "11 1AE"),
        ("US", "94103-1234", "9410"),
        ("DE", "10115", "1011"),
        ("NL", "1012 AB", "1012"),
        ("CA", "K1A 0B1", "K1A 0BB"),
        ("LT", "LT-01100", "XX-01100"),
        ("PL", "00-001", "0000-01"),
        ("JP", "100-0001", "100"),
    ],
)
def test_a_postcode_is_checked_as_its_country_writes_it(country: str, good: str, bad: str) -> None:
    assert checked(Address("12 Mill Road", good), country=country).postcode == good.upper()
    with pytest.raises(InvalidAddress, match=f"not a postcode of {country}: write one like"):
        checked(Address("12 Mill Road", bad), country=country)
    with pytest.raises(InvalidAddress, match="postcode: is missing"):
        checked(Address("12 Mill Road"), country=country)


def test_an_address_needs_a_street_and_whole_coordinates() -> None:
    assert checked(Address("  12 Mill\u200b Road ", city="Cork", country="hk")) == Address(
        "12 Mill Road", city="Cork", country="HK"
    )
    assert Address("12 Mill Road", "T12", "Cork", "IE").text == "12 Mill Road, T12 Cork, IE"
    for wrong, field in (
        (Address("12"), "street"),
        (Address("Mill Road", country="1E"), "country"),
        (Address("Mill Road", latitude=1), "latitude"),
        (Address("Mill Road", latitude=90_000_001, longitude=0), "latitude"),
    ):
        with pytest.raises(InvalidAddress) as refused:
            checked(wrong)
        assert refused.value.values["field"] == field


@pytest.mark.parametrize(
    ("area", "address", "inside"),
    [
        (Postcodes(("D02*", "D04 A1B2")), Address("x", "d02 x285"), True),
        (Postcodes(("D02*", "D04 A1B2")), Address("x", "D04A1B2"), True),
        (Postcodes(("D02*", "D04 A1B2")), Address("x", "D04 A1B3"), False),
        (Postcodes(("D02*",)), Address("x"), False),
        (Radius(PIER, 1_000), Address("x", latitude=PIER[0] + 8_900, longitude=PIER[1]), True),
        (Radius(PIER, 1_000), Address("x", latitude=PIER[0] + 9_100, longitude=PIER[1]), False),
        (Radius(PIER, 1_000), Address("x", "D02"), False),
        (Polygon(SQUARE), Address("x", latitude=PIER[0], longitude=PIER[1]), True),
        (Polygon(SQUARE), Address("x", latitude=53_300_000, longitude=-6_250_000), True),
        (Polygon(SQUARE), Address("x", latitude=53_299_999, longitude=-6_250_000), False),
        (Polygon(L_SHAPE), Address("x", latitude=1, longitude=3), True),
        (Polygon(L_SHAPE), Address("x", latitude=3, longitude=3), False),
        (Polygon(L_SHAPE), Address("x", latitude=2, longitude=3), True),
        (Polygon(tuple(reversed(L_SHAPE))), Address("x", latitude=3, longitude=1), True),
    ],
)
def test_an_address_lies_inside_an_area_or_not(area: Area, address: Address, *, inside: bool) -> None:
    assert area.holds(address) is inside


def test_distance_on_the_globe() -> None:
    # One degree of a great circle is a 360th of the circumference, along a meridian and along the equator.
    assert round(distance((0, 0), (1_000_000, 0))) == 111_195
    assert round(distance((0, 179_500_000), (0, -179_500_000))) == 111_195


def test_zones_are_kept_tried_in_order_and_belong_to_one_shop(database: Database) -> None:
    near = Zone("near", Postcodes(("D02*",)), Money(150, "EUR"), Money(1000, "EUR"), 10)
    round_about = Zone("round about", Radius(PIER, 4_000), Money(300, "EUR"), Money(2000, "EUR"))
    city = Zone("city", Polygon(SQUARE), Money(500, "EUR"), Money(0, "EUR"), 40)
    with database.begin() as uow:
        mine = merchants.create_merchant(uow, name="Mine", slug="mine", currency="EUR", locale="en")
        other = merchants.create_merchant(uow, name="Other", slug="other", currency="EUR", locale="en")
        place = merchants.add_location(uow, mine.id, name="Pier")
        assert merchants.set_zones(uow, mine.id, place.id, (near, round_about, city)) == (near, round_about, city)
        with pytest.raises(InvalidInput, match=r"zones\[0\].fee: 1.00 USD must be zero or more EUR"):
            merchants.set_zones(uow, mine.id, place.id, (Zone("x", near.area, Money(100, "USD"), Money(0, "EUR")),))
    with database.read() as session:
        kept = merchants.zones(session, mine.id, place.id)
        assert merchants.zones(session, other.id, place.id) == ()
    assert zone_of(kept, Address("x", "D02 X285", latitude=PIER[0], longitude=PIER[1])) == near
    assert zone_of(kept, Address("x", "D03 X285", latitude=PIER[0], longitude=PIER[1])) == round_about
    assert zone_of(kept, Address("x", "D03", latitude=53_395_000, longitude=-6_210_000)) == city
    assert zone_of(kept, Address("x", "D03")) is None


@pytest.mark.parametrize(
    "area",
    [
        Postcodes(()),
        Postcodes(("*2",)),
        Radius(PIER, 0),
        Radius((100_000_000, 0), 5),
        Polygon(((0, 0), (1, 1))),
        Polygon(((0, -90_000_000), (1, 90_000_000), (2, 0))),
    ],
)
def test_areas_that_cannot_be_meant_are_refused(database: Database, area: Area) -> None:
    with database.begin() as uow:
        shop = merchants.create_merchant(uow, name="Mine", slug="mine", currency="EUR", locale="en")
        place = merchants.add_location(uow, shop.id, name="Pier")
        zone = Zone("x", area, Money(0, "EUR"), Money(0, "EUR"))
        with pytest.raises(InvalidInput, match=r"zones\[0\].area"):
            merchants.set_zones(uow, shop.id, place.id, (zone,))
        assert merchants.zones(uow.session, shop.id, place.id) == ()
