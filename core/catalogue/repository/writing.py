"""Writing the menu into its tables. What staff said about availability (`override`) is never touched by an import."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, delete, insert, literal, null, select, true, update

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
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session
    from sqlalchemy.sql.elements import ColumnElement

    from core.catalogue.menu import Combo, Item, Menu, Modifier, ModifierGroup, Variation
    from core.db.base import Base

_TOLD_EVERY = 100


def write(  # noqa: PLR0917 - what an import knows
    session: Session,
    merchant_id: str,
    menu: Menu,
    touched: Collection[tuple[str, str]],
    moment: datetime,
    progress: Callable[[int, int], object] | None = None,
) -> None:
    """Make the rows say what `menu` says: entries it lacks are retired at `moment`, returning ones taken up again.

    The parts of an entry (variations, slots …) are written anew only if its (kind, id) is in `touched`.
    """
    _Writing(session, merchant_id, menu, touched, moment).run(progress or (lambda _done, _total: None))


def put_in_force(
    session: Session, merchant_id: str, menu: Menu, content: dict[str, Any], *, number: int, moment: datetime
) -> None:
    """Keep the menu file's content as revision `number` and name it the one in force."""
    revision = MenuRevision(id=new_id(), merchant_id=merchant_id, number=number, imported_at=moment, content=content)
    session.add(revision)
    session.flush()
    row = session.get(MenuRow, merchant_id)
    if row is None:
        row = MenuRow(merchant_id=merchant_id, availability=0)
        session.add(row)
    row.revision_id, row.name, row.currency, row.locale = revision.id, menu.name, menu.currency, menu.locale
    row.allergens_complete = menu.allergens_complete
    session.flush()


def override_item(session: Session, merchant_id: str, code: str, *, available: bool, until: datetime | None) -> bool:
    """Say over the menu file whether an item can be had; False when the menu in force has no such item."""
    mine = (ItemRow.merchant_id == merchant_id, ItemRow.code == code, ItemRow.retired_at.is_(None))
    said = (
        update(ItemRow)
        .where(*mine)
        .values(override=_override(ItemRow, available, until), override_until=until)
        .returning(ItemRow.id)
    )
    return session.scalar(said.execution_options(synchronize_session=False)) is not None


def override_modifier(
    session: Session, merchant_id: str, group: str, code: str, *, available: bool, until: datetime | None
) -> bool:
    """Say over the menu file whether a modifier can be had; False when the menu in force has no such modifier."""
    group_id = (
        select(ModifierGroupRow.id)
        .where(
            ModifierGroupRow.merchant_id == merchant_id,
            ModifierGroupRow.code == group,
            ModifierGroupRow.retired_at.is_(None),
        )
        .scalar_subquery()
    )
    mine = (ModifierRow.merchant_id == merchant_id, ModifierRow.group_id == group_id, ModifierRow.code == code)
    said = (
        update(ModifierRow)
        .where(*mine)
        .values(override=_override(ModifierRow, available, until), override_until=until)
        .returning(ModifierRow.id)
    )
    return session.scalar(said.execution_options(synchronize_session=False)) is not None


def _override(table: type[ItemRow | ModifierRow], available: bool, until: datetime | None) -> ColumnElement[Any]:
    """What staff said; putting back for good what the menu file offers anyway says nothing more."""
    if available and until is None:
        return case((table.available, null()), else_=true())
    return literal(available)


def count_availability_change(session: Session, merchant_id: str) -> None:
    """Give the menu another version without another revision."""
    session.execute(
        update(MenuRow).where(MenuRow.merchant_id == merchant_id).values(availability=MenuRow.availability + 1)
    )


def count_change_of_terms(session: Session, merchant_id: str) -> None:
    """Give the terms another id, and the menu another version without another revision."""
    count_availability_change(session, merchant_id)
    session.execute(update(MenuRow).where(MenuRow.merchant_id == merchant_id).values(terms_id=new_id()))


class _Writing:
    """One import: the rows there are, by code, and the menu they shall say."""

    def __init__(
        self, session: Session, merchant_id: str, menu: Menu, touched: Collection[tuple[str, str]], moment: datetime
    ) -> None:
        self.session, self.merchant_id, self.menu, self.touched = session, merchant_id, menu, touched
        self.moment = moment
        self.items = {r.code: r for r in session.scalars(select(ItemRow).where(ItemRow.merchant_id == merchant_id))}
        self.groups = {
            r.code: r
            for r in session.scalars(select(ModifierGroupRow).where(ModifierGroupRow.merchant_id == merchant_id))
        }
        self.combos = {r.code: r for r in session.scalars(select(ComboRow).where(ComboRow.merchant_id == merchant_id))}

    def run(self, progress: Callable[[int, int], object]) -> None:
        """Drop the parts that are written anew, then write, parents before what refers to them."""
        self._drop_parts()
        for position, group in enumerate(self.menu.modifier_groups):
            self._group(group, position)
        total = len(self.menu.items)
        for position, item in enumerate(self.menu.items):
            self._item(item, position)
            if position % _TOLD_EVERY == 0:
                progress(position, total)
        for position, combo in enumerate(self.menu.combos):
            self._combo(combo, position)
        self._retire()
        self.session.flush()
        self._modifiers([g for g in self.menu.modifier_groups if ("modifier_group", g.id) in self.touched])
        items = [i for i in self.menu.items if ("item", i.id) in self.touched]
        self._insert(VariationRow, [self._variation(i, v, n) for i in items for n, v in enumerate(i.variations)])
        self._insert(
            ItemModifierGroupRow, [self._link(i, g, n) for i in items for n, g in enumerate(i.modifier_groups)]
        )
        for combo in self.menu.combos:
            if ("combo", combo.id) in self.touched:
                self._slots(combo)
        self.session.flush()
        progress(total, total)

    def _insert(self, table: type[Base], rows: list[dict[str, Any]]) -> None:
        """Insert many rows of a kind at once: several times quicker than one object each."""
        if rows:
            self.session.execute(insert(table), [{**row, "merchant_id": self.merchant_id} for row in rows])

    def _drop_parts(self) -> None:
        items = [r.id for code, r in self.items.items() if ("item", code) in self.touched]
        combos = [r.id for code, r in self.combos.items() if ("combo", code) in self.touched]
        slots = select(ComboSlotRow.id).where(
            ComboSlotRow.merchant_id == self.merchant_id, ComboSlotRow.combo_id.in_(combos)
        )
        for table, parents in (
            (VariationRow, VariationRow.item_id.in_(items)),
            (ItemModifierGroupRow, ItemModifierGroupRow.item_id.in_(items)),
            (ComboSlotItemRow, ComboSlotItemRow.slot_id.in_(slots)),
            (ComboSlotRow, ComboSlotRow.combo_id.in_(combos)),
        ):
            self.session.execute(delete(table).where(table.merchant_id == self.merchant_id, parents))

    def _item(self, item: Item, position: int) -> None:
        row = self.items.get(item.id)
        if row is None:
            row = self.items[item.id] = ItemRow(id=new_id(), merchant_id=self.merchant_id, code=item.id)
        row.position, row.name, row.description, row.category = position, item.name, item.description, item.category
        row.price_amount, row.currency, row.aliases = item.price.amount, item.price.currency, list(item.aliases)
        row.tags, row.allergens, row.allergens_declared = (
            list(item.tags),
            list(item.allergens or ()),
            item.allergens is not None,
        )
        row.available, row.retired_at = item.available, None
        self.session.add(row)

    def _variation(self, item: Item, variation: Variation, position: int) -> dict[str, Any]:
        return {
            "id": new_id(),
            "item_id": self.items[item.id].id,
            "code": variation.id,
            "position": position,
            "name": variation.name,
            "price_amount": variation.price.amount,
            "currency": variation.price.currency,
            "aliases": list(variation.aliases),
            "is_default": variation.default,
        }

    def _link(self, item: Item, group: str, position: int) -> dict[str, Any]:
        return {"item_id": self.items[item.id].id, "group_id": self.groups[group].id, "position": position}

    def _group(self, group: ModifierGroup, position: int) -> None:
        row = self.groups.get(group.id)
        if row is None:
            row = self.groups[group.id] = ModifierGroupRow(id=new_id(), merchant_id=self.merchant_id, code=group.id)
        row.position, row.name, row.retired_at = position, group.name, None
        row.min_choices, row.max_choices, row.pre_modifiers = group.min, group.max, list(group.pre_modifiers)
        self.session.add(row)

    def _modifiers(self, groups: Sequence[ModifierGroup]) -> None:
        """Modifiers are changed in place, not written anew: what staff said of them stays."""
        ids = [self.groups[g.id].id for g in groups]
        mine = (ModifierRow.merchant_id == self.merchant_id, ModifierRow.group_id.in_(ids))
        there = {(r.group_id, r.code): r for r in self.session.scalars(select(ModifierRow).where(*mine))}
        for group in groups:
            group_id = self.groups[group.id].id
            for position, modifier in enumerate(group.modifiers):
                self._modifier(there.pop((group_id, modifier.id), None), group_id, modifier, position)
        for gone in there.values():
            self.session.delete(gone)

    def _modifier(self, row: ModifierRow | None, group_id: str, modifier: Modifier, position: int) -> None:
        if row is None:
            row = ModifierRow(id=new_id(), merchant_id=self.merchant_id, group_id=group_id, code=modifier.id)
        row.position, row.name, row.aliases = position, modifier.name, list(modifier.aliases)
        row.price_amount, row.currency = modifier.price.amount, modifier.price.currency
        row.is_default, row.max_quantity, row.available = modifier.default, modifier.max, modifier.available
        row.tags, row.allergens = list(modifier.tags), list(modifier.allergens)
        row.allergens_declared = modifier.allergens_declared
        self.session.add(row)

    def _combo(self, combo: Combo, position: int) -> None:
        row = self.combos.get(combo.id)
        if row is None:
            row = self.combos[combo.id] = ComboRow(id=new_id(), merchant_id=self.merchant_id, code=combo.id)
        row.position, row.name, row.aliases, row.retired_at = position, combo.name, list(combo.aliases), None
        row.price_amount, row.currency = combo.price.amount, combo.price.currency
        self.session.add(row)

    def _slots(self, combo: Combo) -> None:
        for position, slot in enumerate(combo.slots):
            slot_id = new_id()
            place = {"id": slot_id, "combo_id": self.combos[combo.id].id, "code": slot.id, "position": position}
            self._insert(ComboSlotRow, [{**place, "name": slot.name, "quantity": slot.quantity}])
            fillings = [
                {"slot_id": slot_id, "item_id": self.items[item].id, "position": n} for n, item in enumerate(slot.items)
            ]
            self._insert(ComboSlotItemRow, fillings)

    def _retire(self) -> None:
        menu = self.menu
        for rows, kept in (
            (self.items, menu.items_by_id),
            (self.groups, menu.groups_by_id),
            (self.combos, menu.combos_by_id),
        ):
            for code, row in rows.items():
                if code not in kept and row.retired_at is None:
                    row.retired_at = self.moment
