"""Pictures, recordings and documents of customers: expected with their message, fetched apart from it."""

from core.messaging.media.service import expect, kept, not_kept, of_conversation, of_message, remove, resting_until
from core.messaging.media.views import KIND, MediaView, lane

__all__ = [
    "KIND",
    "MediaView",
    "expect",
    "kept",
    "lane",
    "not_kept",
    "of_conversation",
    "of_message",
    "remove",
    "resting_until",
]
