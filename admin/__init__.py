"""The staff's web: orders, kitchen, menu, conversations, stock, people. Server-rendered; knows no channel."""

from admin.ports import Deps, Live
from admin.router import router

__all__ = ["Deps", "Live", "router"]
