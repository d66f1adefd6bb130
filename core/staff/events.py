"""What happens to the people of a shop. No names and no secrets: they are in the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEvent(Event):
    """Something happened to somebody's account."""

    quiet: ClassVar[bool] = True
    staff_id: str

    @property
    def lane(self) -> str:
        """What happens to one person is told in order."""
        return f"staff:{self.staff_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdded(StaffEvent):
    """Somebody was added to the shop."""

    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPlaced(StaffEvent):
    """Somebody may act at these locations only from now on; at every one when there are none."""

    location_ids: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDeactivated(StaffEvent):
    """Somebody can sign in no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberReactivated(StaffEvent):
    """Somebody can sign in again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(StaffEvent):
    """Somebody has a new password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSignedIn(StaffEvent):
    """Somebody signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerInvited(Event):
    """A link was made by which the first owner of a shop makes an account."""

    quiet: ClassVar[bool] = True
