"""Stock: what a location has, what it has promised, and how that came about."""

from core.inventory.service import count, level, levels, movements, receive, release, reserve, ship, write_off
from core.inventory.views import MovementView, StockLevelView

__all__ = [
    "MovementView",
    "StockLevelView",
    "count",
    "level",
    "levels",
    "movements",
    "receive",
    "release",
    "reserve",
    "ship",
    "write_off",
]
