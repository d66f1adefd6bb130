"""Tables of the menu. `code` is the id of the menu file; row ids are our own and never change.

`available` is what the menu file says. `override` is what staff said since (False: not to be had, True: to be had after
all) and `override_until` when that ends; without an end it holds until somebody says otherwise.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base, PrimaryId

CODE_LENGTH, NAME_LENGTH = 64, 120
_ENDING = text("override_until IS NOT NULL")


def _owner(key: str) -> Mapped[str]:
    return mapped_column(String(32), ForeignKey(key))


def _part_of(key: str) -> Mapped[str]:
    return mapped_column(String(32), ForeignKey(key, ondelete="CASCADE"))


def _ending_index(table: str) -> Index:
    """What `menu_version` counts: the few rows whose override ends by itself."""
    name = f"ix_{table}_override_until"
    return Index(name, "merchant_id", "override_until", postgresql_where=_ENDING, sqlite_where=_ENDING)


class MenuRevision(Base):
    """A menu as it was imported, kept for good: conversations are replayed on the menu of their day."""

    __tablename__ = "menu_revisions"
    __table_args__ = (UniqueConstraint("merchant_id", "number"), CheckConstraint("number > 0", name="number"))

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _owner("merchants.id")
    number: Mapped[int]
    imported_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class MenuRow(Base):
    """The menu of a shop: the revision in force, and how often staff changed since what can be had.

    `terms_id` is another one with every change of price lists, schedules and what single places have run out of; NULL
    before the first.
    """

    __tablename__ = "menus"
    __table_args__ = (CheckConstraint("availability >= 0", name="availability"),)

    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"), primary_key=True)
    revision_id: Mapped[str] = _owner("menu_revisions.id")
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    currency: Mapped[str] = mapped_column(String(3))
    locale: Mapped[str] = mapped_column(String(35))
    availability: Mapped[int] = mapped_column(default=0)
    terms_id: Mapped[str | None] = mapped_column(String(32))
    allergens_complete: Mapped[bool] = mapped_column(default=False, server_default=false())


class _Named:
    """Columns of everything on a menu. `position` is its place in the file."""

    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))


class _Priced(_Named):
    """Columns of what has a price."""

    price_amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    aliases: Mapped[list[Any]]


class _Sellable(_Priced):
    """Columns of what can run out and carries declarations."""

    available: Mapped[bool]
    override: Mapped[bool | None] = mapped_column(Boolean)
    override_until: Mapped[datetime | None]
    tags: Mapped[list[Any]]
    allergens: Mapped[list[Any]]
    allergens_declared: Mapped[bool]


class ItemRow(_Sellable, Base):
    """Something sold; `retired_at` is set once a menu came without it."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("merchant_id", "code"),
        CheckConstraint("price_amount >= 0", name="price"),
        CheckConstraint("length(code) > 0 AND length(name) > 0", name="named"),
        _ending_index("items"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _owner("merchants.id")
    description: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(NAME_LENGTH))
    retired_at: Mapped[datetime | None]


class VariationRow(_Priced, Base):
    """A size or the like of an item; at most one is the default."""

    __tablename__ = "variations"
    __table_args__ = (
        UniqueConstraint("item_id", "code"),
        CheckConstraint("price_amount >= 0", name="price"),
        CheckConstraint("length(code) > 0 AND length(name) > 0", name="named"),
        Index(
            "uq_variations_default",
            "item_id",
            unique=True,
            postgresql_where=text("is_default"),
            sqlite_where=text("is_default"),
        ),
        Index("ix_variations_merchant_id", "merchant_id"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _owner("merchants.id")
    item_id: Mapped[str] = _part_of("items.id")
    is_default: Mapped[bool]


class ModifierGroupRow(_Named, Base):
    """Choices that belong together. `max_choices` NULL is no limit."""

    __tablename__ = "modifier_groups"
    __table_args__ = (
        UniqueConstraint("merchant_id", "code"),
        CheckConstraint("min_choices >= 0 AND (max_choices IS NULL OR max_choices >= min_choices)", name="choices"),
        CheckConstraint("max_choices IS NULL OR max_choices >= 1", name="max_choices"),
        CheckConstraint("length(code) > 0 AND length(name) > 0", name="named"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _owner("merchants.id")
    min_choices: Mapped[int]
    max_choices: Mapped[int | None]
    pre_modifiers: Mapped[list[Any]]
    retired_at: Mapped[datetime | None]


class ModifierRow(_Sellable, Base):
    """One choice of a group. `max_quantity` NULL is no limit."""

    __tablename__ = "modifiers"
    __table_args__ = (
        UniqueConstraint("group_id", "code"),
        CheckConstraint("price_amount >= 0", name="price"),
        CheckConstraint("max_quantity IS NULL OR max_quantity >= 1", name="max_quantity"),
        CheckConstraint("length(code) > 0 AND length(name) > 0", name="named"),
        Index("ix_modifiers_merchant_id", "merchant_id"),
        _ending_index("modifiers"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _owner("merchants.id")
    group_id: Mapped[str] = _part_of("modifier_groups.id")
    is_default: Mapped[bool]
    max_quantity: Mapped[int | None]


class ItemModifierGroupRow(Base):
    """A modifier group goes with an item."""

    __tablename__ = "item_modifier_groups"
    __table_args__ = (Index("ix_item_modifier_groups_merchant_id", "merchant_id"),)

    item_id: Mapped[str] = mapped_column(String(32), ForeignKey("items.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("modifier_groups.id", ondelete="CASCADE"), primary_key=True
    )
    merchant_id: Mapped[str] = _owner("merchants.id")
    position: Mapped[int]


class ComboRow(_Priced, Base):
    """Several items at one price; `retired_at` is set once a menu came without it."""

    __tablename__ = "combos"
    __table_args__ = (
        UniqueConstraint("merchant_id", "code"),
        CheckConstraint("price_amount >= 0", name="price"),
        CheckConstraint("length(code) > 0 AND length(name) > 0", name="named"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _owner("merchants.id")
    retired_at: Mapped[datetime | None]


class ComboSlotRow(_Named, Base):
    """A place in a combo."""

    __tablename__ = "combo_slots"
    __table_args__ = (
        UniqueConstraint("combo_id", "code"),
        CheckConstraint("quantity >= 1", name="quantity"),
        Index("ix_combo_slots_merchant_id", "merchant_id"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = _owner("merchants.id")
    combo_id: Mapped[str] = _part_of("combos.id")
    quantity: Mapped[int]


class ComboSlotItemRow(Base):
    """An item that may fill a slot."""

    __tablename__ = "combo_slot_items"
    __table_args__ = (Index("ix_combo_slot_items_merchant_id", "merchant_id"),)

    slot_id: Mapped[str] = mapped_column(String(32), ForeignKey("combo_slots.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(32), ForeignKey("items.id"), primary_key=True)
    merchant_id: Mapped[str] = _owner("merchants.id")
    position: Mapped[int]
