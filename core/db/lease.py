"""Who does what only one process may do at a time, and what is done only once: a row a name.

Unlike work, it is no queue: nobody waits for it. A lease ends by itself, so that of a dead process is taken over.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import String, or_, update
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Base
from core.db.insert import insert_once
from core.kernel.clock import now

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy.orm import Session

_FOR_EVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
_NOBODY: Final = ""


class LeaseRow(Base):
    """Something that belongs to one holder until a moment. Names are the program's own, of all shops."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime]


def take(session: Session, name: str, holder: str, lease: timedelta) -> bool:
    """Have it from now on for `lease`, or for longer if it is the holder's already; False while another one has it."""
    until = now() + lease
    if insert_once(session, LeaseRow, name=name, holder=holder, until=until):
        return True
    free = or_(LeaseRow.holder == holder, LeaseRow.until <= now())
    taken = update(LeaseRow).where(LeaseRow.name == name, free).values(holder=holder, until=until)
    return session.execute(taken.returning(LeaseRow.name)).one_or_none() is not None


def leave(session: Session, name: str, holder: str) -> None:
    """Let others have it at once; nothing when it is not the holder's."""
    mine = update(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder)
    session.execute(mine.values(holder=_NOBODY, until=now()))


def once(session: Session, name: str) -> bool:
    """True the first time ever that this is asked, if the transaction commits."""
    return insert_once(session, LeaseRow, name=name, holder=_NOBODY, until=_FOR_EVER)
