"""All SQL of recipes. Whoever changes them first holds the shop's row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, bindparam, func, select, update

from core.catalogue.models import MenuRow
from core.catalogue.recipes.models import IngredientRow, RecipeBookRow, RecipeRevision
from core.db.insert import insert_rows
from core.db.prepared import Prepared
from core.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from core.catalogue.recipes.parts import Ingredient

# Asked with every order, so built once.
_MINE = bindparam("merchant", type_=String)
_MENU, _BOOK = MenuRow.__table__, RecipeBookRow.__table__
_IN_FORCE = Prepared(
    select(_MENU.c.revision_id, _BOOK.c.revision_id)
    .select_from(_MENU.outerjoin(_BOOK, and_(_BOOK.c.merchant_id == _MENU.c.merchant_id, _BOOK.c.merchant_id == _MINE)))
    .where(_MENU.c.merchant_id == _MINE)
)


def in_force(session: Session, merchant_id: str) -> tuple[str, str | None] | None:
    """The revisions of the menu and of its recipes (None without recipes); None without a menu."""
    row = _IN_FORCE.first(session, {"merchant": merchant_id})
    return (row[0], row[1]) if row else None


def question(merchant_id: str) -> tuple[Prepared, dict[str, str]]:
    """What `in_force` asks, for `read_ahead`."""
    return _IN_FORCE, {"merchant": merchant_id}


def content(session: Session, merchant_id: str, revision_id: str) -> dict[str, Any] | None:
    """A recipe file as it was imported."""
    query = select(RecipeRevision.content).where(
        RecipeRevision.merchant_id == merchant_id, RecipeRevision.id == revision_id
    )
    return session.scalar(query)


def revision_number(session: Session, merchant_id: str) -> int:
    """The number of the newest revision; 0 before the first."""
    query = select(func.max(RecipeRevision.number)).where(RecipeRevision.merchant_id == merchant_id)
    return session.scalar(query) or 0


def put_in_force(session: Session, merchant_id: str, content: dict[str, Any], *, number: int, moment: datetime) -> str:
    """Keep a recipe file's content as revision `number` and name it the one in force; answers its id."""
    revision = RecipeRevision(id=new_id(), merchant_id=merchant_id, number=number, imported_at=moment, content=content)
    session.add(revision)
    session.flush()
    row = session.get(RecipeBookRow, merchant_id) or RecipeBookRow(merchant_id=merchant_id)
    row.revision_id = revision.id
    session.add(row)
    session.flush()
    return revision.id


def write_ingredients(session: Session, merchant_id: str, ingredients: Sequence[Ingredient], moment: datetime) -> None:
    """Make the rows say what the book says: those it lacks are retired, returning ones taken up again."""
    rows = session.scalars(select(IngredientRow).where(IngredientRow.merchant_id == merchant_id))
    there = {row.code: row for row in rows}
    new = []
    for one in ingredients:
        values = {
            "name": one.name,
            "unit": one.unit,
            "contains": list(one.contains),
            "may_contain": list(one.may_contain),
            "complete": one.complete,
            "retired_at": None,
        }
        row = there.pop(one.id, None)
        if row is None:
            new.append({"id": new_id(), "merchant_id": merchant_id, "code": one.id, **values})
            continue
        for name, value in values.items():
            setattr(row, name, value)
    insert_rows(session, IngredientRow, new)
    gone = [row.id for row in there.values() if row.retired_at is None]
    session.execute(
        update(IngredientRow)
        .where(IngredientRow.merchant_id == merchant_id, IngredientRow.id.in_(gone))
        .values(retired_at=moment)
    )
    session.flush()


def ingredient_units(session: Session, merchant_id: str) -> dict[str, str]:
    """What every ingredient there ever was is counted in, by its id."""
    query = select(IngredientRow.code, IngredientRow.unit).where(IngredientRow.merchant_id == merchant_id)
    return {row.code: row.unit for row in session.execute(query)}
