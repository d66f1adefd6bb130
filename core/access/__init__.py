"""Who may do what: actors, roles, permissions, and the guard of every service function."""

from __future__ import annotations

from core.access.actors import SYSTEM, Actor, ActorKind, of_customer, of_provider, of_staff
from core.access.guard import Acting, mine, permission_of, requires, self_only, within
from core.access.permissions import ACTIONS, ALLOWED, PERMISSIONS, ROLES, Permission, Role

__all__ = [
    "ACTIONS",
    "ALLOWED",
    "PERMISSIONS",
    "ROLES",
    "SYSTEM",
    "Acting",
    "Actor",
    "ActorKind",
    "Permission",
    "Role",
    "mine",
    "of_customer",
    "of_provider",
    "of_staff",
    "permission_of",
    "requires",
    "self_only",
    "within",
]
