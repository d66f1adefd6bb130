"""Reading the menu from its tables."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, bindparam, func, select

from core.catalogue.menu import Combo, ComboSlot, Item, Menu, Modifier, ModifierGroup, Variation
from core.catalogue.models import (
    ComboRow,
    ComboSlotItemRow,
    ComboSlotRow,
    ItemModifierGroupRow,
    ItemRow,
    MenuRevision,
    MenuRow,
    ModifierGroupRow,
    ModifierRow,
    VariationRow,
)
from core.catalogue.rules import available_at
from core.db.base import UtcDateTime
from core.db.prepared import Prepared
from core.kernel.money import Money

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement


# Asked several times a turn, so built once: building a statement costs more than running it.
_MINE = bindparam("merchant", type_=String)
_ENDED = [
    select(func.count())
    .where(
        table.c.merchant_id == _MINE,
        table.c.override_until.is_not(None),
        table.c.override_until <= bindparam("moment", type_=UtcDateTime),
    )
    .scalar_subquery()
    for table in (ItemRow.__table__, ModifierRow.__table__)
]
_MENU = MenuRow.__table__.c
_VERSION = Prepared(
    select(_MENU.revision_id, _MENU.availability, _MENU.terms_id, *_ENDED).where(_MENU.merchant_id == _MINE)
)


def version(session: Session, merchant_id: str, moment: datetime) -> tuple[str, str | None] | None:
    """The version of the menu at `moment` and the id of its terms, in one query; None without a menu.

    `<revision>.<changes of availability>.<those ended by themselves>`: the first part changes with the content only.
    """
    row = _VERSION.first(session, {"merchant": merchant_id, "moment": moment})
    return (f"{row[0]}.{row[1]}.{row[3] + row[4]}", row[2]) if row else None


def question(merchant_id: str, moment: datetime) -> tuple[Prepared, dict[str, object]]:
    """What `version` asks, for `read_ahead`."""
    return _VERSION, {"merchant": merchant_id, "moment": moment}


def revision_number(session: Session, merchant_id: str) -> int:
    """The number of the newest revision; 0 before the first."""
    query = select(func.max(MenuRevision.number)).where(MenuRevision.merchant_id == merchant_id)
    return session.scalar(query) or 0


def revision_content(session: Session, merchant_id: str, revision_id: str) -> dict[str, object] | None:
    """A menu as it was imported, in the format of menu files."""
    query = select(MenuRevision.content).where(MenuRevision.merchant_id == merchant_id, MenuRevision.id == revision_id)
    return session.scalar(query)


def content_of_number(session: Session, merchant_id: str, number: int) -> dict[str, Any] | None:
    """The menu of a revision by its number; None before the first."""
    query = select(MenuRevision.content).where(MenuRevision.merchant_id == merchant_id, MenuRevision.number == number)
    return session.scalar(query)


def load(session: Session, merchant_id: str, moment: datetime | None) -> Menu | None:
    """The menu in force; what can be had is as of `moment`, or as the menu file says when that is None."""
    row = session.execute(
        select(MenuRow.name, MenuRow.currency, MenuRow.locale, MenuRow.allergens_complete).where(
            MenuRow.merchant_id == merchant_id
        )
    ).one_or_none()
    if row is None:
        return None
    return Menu(
        name=row.name,
        currency=row.currency,
        locale=row.locale,
        items=_items(session, merchant_id, moment),
        modifier_groups=_groups(session, merchant_id, moment),
        combos=_combos(session, merchant_id),
        allergens_complete=row.allergens_complete,
    )


def _items(session: Session, merchant_id: str, moment: datetime | None) -> tuple[Item, ...]:
    variations = _variations(session, merchant_id)
    groups = defaultdict[str, list[str]](list)
    links = (
        select(ItemModifierGroupRow.item_id, ModifierGroupRow.code)
        .join(ModifierGroupRow, ModifierGroupRow.id == ItemModifierGroupRow.group_id)
        .where(ItemModifierGroupRow.merchant_id == merchant_id, ModifierGroupRow.merchant_id == merchant_id)
        .order_by(ItemModifierGroupRow.item_id, ItemModifierGroupRow.position)
    )
    for item_id, group in session.execute(links):
        groups[item_id].append(group)
    rows = session.execute(
        select(*ItemRow.__table__.columns).where(_in_force(ItemRow, merchant_id)).order_by(ItemRow.position)
    )
    return tuple(
        Item(
            id=r.code,
            name=r.name,
            price=Money(r.price_amount, r.currency),
            aliases=tuple(r.aliases),
            description=r.description,
            category=r.category,
            variations=tuple(variations[r.id]),
            modifier_groups=tuple(groups[r.id]),
            tags=tuple(r.tags),
            allergens=tuple(r.allergens) if r.allergens_declared else None,
            available=_available(r.available, r.override, r.override_until, moment),
        )
        for r in rows
    )


def _variations(session: Session, merchant_id: str) -> defaultdict[str, list[Variation]]:
    found = defaultdict[str, list[Variation]](list)
    rows = session.execute(
        select(*VariationRow.__table__.columns)
        .where(VariationRow.merchant_id == merchant_id)
        .order_by(VariationRow.item_id, VariationRow.position)
    )
    for r in rows:
        price = Money(r.price_amount, r.currency)
        found[r.item_id].append(Variation(r.code, r.name, price, tuple(r.aliases), r.is_default))
    return found


def _groups(session: Session, merchant_id: str, moment: datetime | None) -> tuple[ModifierGroup, ...]:
    modifiers = defaultdict[str, list[Modifier]](list)
    rows = session.execute(
        select(*ModifierRow.__table__.columns)
        .where(ModifierRow.merchant_id == merchant_id)
        .order_by(ModifierRow.group_id, ModifierRow.position)
    )
    for r in rows:
        modifiers[r.group_id].append(
            Modifier(
                id=r.code,
                name=r.name,
                price=Money(r.price_amount, r.currency),
                aliases=tuple(r.aliases),
                default=r.is_default,
                max=r.max_quantity,
                tags=tuple(r.tags),
                allergens=tuple(r.allergens),
                allergens_declared=r.allergens_declared,
                available=_available(r.available, r.override, r.override_until, moment),
            )
        )
    groups = session.execute(
        select(*ModifierGroupRow.__table__.columns)
        .where(_in_force(ModifierGroupRow, merchant_id))
        .order_by(ModifierGroupRow.position)
    )
    return tuple(
        ModifierGroup(g.code, g.name, tuple(modifiers[g.id]), g.min_choices, g.max_choices, tuple(g.pre_modifiers))
        for g in groups
    )


def _combos(session: Session, merchant_id: str) -> tuple[Combo, ...]:
    items = defaultdict[str, list[str]](list)
    choices = (
        select(ComboSlotItemRow.slot_id, ItemRow.code)
        .join(ItemRow, ItemRow.id == ComboSlotItemRow.item_id)
        .where(ComboSlotItemRow.merchant_id == merchant_id, ItemRow.merchant_id == merchant_id)
        .order_by(ComboSlotItemRow.slot_id, ComboSlotItemRow.position)
    )
    for slot_id, item in session.execute(choices):
        items[slot_id].append(item)
    slots = defaultdict[str, list[ComboSlot]](list)
    places = (
        select(*ComboSlotRow.__table__.columns)
        .where(ComboSlotRow.merchant_id == merchant_id)
        .order_by(ComboSlotRow.combo_id, ComboSlotRow.position)
    )
    for s in session.execute(places):
        slots[s.combo_id].append(ComboSlot(s.code, s.name, tuple(items[s.id]), s.quantity))
    rows = session.execute(
        select(*ComboRow.__table__.columns).where(_in_force(ComboRow, merchant_id)).order_by(ComboRow.position)
    )
    return tuple(
        Combo(r.code, r.name, Money(r.price_amount, r.currency), tuple(slots[r.id]), tuple(r.aliases)) for r in rows
    )


def _in_force(table: type[ItemRow | ModifierGroupRow | ComboRow], merchant_id: str) -> ColumnElement[bool]:
    return and_(table.merchant_id == merchant_id, table.retired_at.is_(None))


def _available(listed: bool, override: bool | None, until: datetime | None, moment: datetime | None) -> bool:
    if moment is None:
        return listed
    return available_at(moment, listed=listed, override=override, until=until)
