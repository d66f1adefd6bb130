"""Tables of recipes. The book of a shop is one document, kept in every revision; its ingredients are rows as well."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.catalogue.models import CODE_LENGTH, NAME_LENGTH
from core.catalogue.recipes.units import Unit
from core.db.base import Base, PrimaryId


class IngredientRow(Base):
    """Something that recipes use and stock is kept of; `retired_at` is set once a recipe file came without it.

    `code` is the id of the recipe file, and the stock item id.
    """

    __tablename__ = "ingredients"
    __table_args__ = (
        UniqueConstraint("merchant_id", "code"),
        CheckConstraint("unit IN ('piece', 'g', 'ml')", name="unit"),
        CheckConstraint("length(code) > 0 AND length(name) > 0", name="named"),
    )

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    unit: Mapped[Unit] = mapped_column(String(8))
    contains: Mapped[list[Any]]
    may_contain: Mapped[list[Any]]
    complete: Mapped[bool]
    retired_at: Mapped[datetime | None]


class RecipeRevision(Base):
    """A recipe file as it was imported, kept for good: what a sale took is explained by the book of its day."""

    __tablename__ = "recipe_revisions"
    __table_args__ = (UniqueConstraint("merchant_id", "number"), CheckConstraint("number > 0", name="number"))

    id: Mapped[PrimaryId]
    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"))
    number: Mapped[int]
    imported_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class RecipeBookRow(Base):
    """The recipe book of a shop: the revision in force."""

    __tablename__ = "recipe_books"

    merchant_id: Mapped[str] = mapped_column(String(32), ForeignKey("merchants.id"), primary_key=True)
    revision_id: Mapped[str] = mapped_column(String(32), ForeignKey("recipe_revisions.id"))
