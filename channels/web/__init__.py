"""Web chat: the page, its socket, and the same over plain HTTP."""

from channels.web.deps import Deps, Shop
from channels.web.routes import router
from channels.web.session import ChatSession, Signer

__all__ = ["ChatSession", "Deps", "Shop", "Signer", "router"]
