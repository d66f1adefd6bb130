"""The audit log's page: who did what and when, for owners and managers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import merchants, staff
from core.db import audit

if TYPE_CHECKING:
    from tests.admin.shops import Shop


def _rows(page: str) -> list[str]:
    return [row.partition("</tr>")[0] for row in page.partition("<tbody>")[2].split("<tr>")[1:]]


def test_what_staff_do_is_in_the_log_by_their_name(shop: Shop) -> None:
    order = shop.order()
    assert shop.browser("staff").post(f"/admin/orders/{order.id}/accept").status_code == 303

    page = shop.browser("manager").get("/admin/audit?what=OrderAccepted")

    assert page.status_code == 200
    (row,) = _rows(page.text)
    assert shop.people["staff"].name in row
    assert f'<a href="/admin/orders/{order.id}">' in row
    assert _rows(shop.browser("owner").get(f"/admin/audit?who={shop.people['staff'].id}").text) != []
    assert _rows(shop.browser("owner").get("/admin/audit?until=2020-01-01").text) == []
    with shop.database.read() as session:
        assert audit.verify(session, shop.merchant.id) == ()


def test_others_see_nothing_of_it_and_a_wrong_date_is_named(shop: Shop) -> None:
    for role in ("staff", "kitchen", "agent"):
        assert shop.browser(role).get("/admin/audit").status_code == 403
    answer = shop.browser("owner").get("/admin/audit?since=yesterday")
    assert answer.status_code == 422
    assert "write a date like 2026-03-31" in answer.text


def test_the_owner_binds_somebody_to_a_place(shop: Shop) -> None:
    with shop.database.begin() as uow:
        there = merchants.add_location(uow, shop.merchant.id, name="Harbour")
    kim = shop.people["staff"]
    assert "Harbour" in shop.browser("owner").get("/admin/staff").text

    answer = shop.browser("owner").post(f"/admin/staff/{kim.id}/places", {"location_id": there.id})

    assert answer.headers["location"] == "/admin/staff?said=staff-placed"
    with shop.database.read() as session:
        bound = next(m for m in staff.members(session, shop.merchant.id) if m.id == kim.id)
    assert bound.location_ids == (there.id,)
    order = shop.order()  # at the first place
    assert shop.browser("staff").post(f"/admin/orders/{order.id}/accept").status_code == 403
    assert shop.now(order).state == "new"
