"""Frozen answers about staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.access import ROLES, Actor, Role, of_staff

__all__ = ["ROLES", "Role", "SignedIn", "StaffSession", "StaffView"]


@dataclass(frozen=True, slots=True)
class StaffView:
    """A person who works in a shop. `signed_in_at` None: never yet; no `location_ids`: every place of the shop."""

    id: str
    merchant_id: str
    name: str
    login: str
    role: Role
    active: bool
    created_at: datetime
    signed_in_at: datetime | None = None
    location_ids: tuple[str, ...] = ()

    @property
    def actor(self) -> Actor:
        """The person as the one who acts."""
        return of_staff(self.merchant_id, self.id, self.role, self.location_ids)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the only time that its token is known to the program."""

    token: str
    staff: StaffView
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A session that holds now. `stale`: its last activity should be written down again (`touch`)."""

    id: str
    staff: StaffView
    ends_at: datetime
    stale: bool
