"""All SQL of a shop's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select

from core.db.insert import insert_rows
from core.db.prepared import Prepared
from core.kernel.clock import now
from core.kernel.ids import new_id
from core.wordings.models import ReplyWordingRow
from core.wordings.views import Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from core.wordings.views import Source

_ROW = ReplyWordingRow
_C = ReplyWordingRow.__table__.c
# Asked every turn, and so prepared.
_USED = Prepared(select(_C.language, _C.key, _C.text).where(_C.merchant_id == bindparam("mine"), _C.used.is_(True)))


def used(session: Session, merchant_id: str) -> dict[str, dict[str, str]]:
    """What is said in place of templates, by language and key."""
    found: dict[str, dict[str, str]] = {}
    for language, key, text in _USED.all(session, {"mine": merchant_id}):
        found.setdefault(language, {})[key] = text
    return found


def proposed(session: Session, merchant_id: str) -> tuple[Proposal, ...]:
    """What waits for a person, by language and key."""
    query = select(_ROW.language, _ROW.key, _ROW.text, _ROW.source)
    query = query.where(_ROW.merchant_id == merchant_id, _ROW.used.is_(False)).order_by(_ROW.language, _ROW.key)
    return tuple(Proposal(*row) for row in session.execute(query))


def replace(
    session: Session, merchant_id: str, language: str, texts: Mapping[str, str], *, used: bool, source: Source
) -> None:
    """Put texts in the place of what was there for the same keys."""
    remove(session, merchant_id, language, tuple(texts), used=used)
    rows = [
        {
            "id": new_id(),
            "merchant_id": merchant_id,
            "language": language,
            "key": key,
            "used": used,
            "text": text,
            "source": source,
            "updated_at": now(),
        }
        for key, text in sorted(texts.items())
    ]
    insert_rows(session, _ROW, rows)


def remove(session: Session, merchant_id: str, language: str, keys: tuple[str, ...], *, used: bool) -> bool:
    """Take texts out; False when there was none."""
    gone = delete(_ROW).where(
        _ROW.merchant_id == merchant_id, _ROW.language == language, _ROW.key.in_(keys), _ROW.used.is_(used)
    )
    return session.execute(gone.returning(_ROW.id)).first() is not None
