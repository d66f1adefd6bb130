"""Answers to what is asked beside the menu and the shop: what to take, who is speaking, what only staff may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.replies.describe import item_name

if TYPE_CHECKING:
    from assistant.commands import AnswerTopic
    from assistant.replies.speaker import Speaker
    from assistant.shop import Shop

_FEW = 3


def recommend(speaker: Speaker, shop: Shop, topic: AnswerTopic) -> str:
    """What the merchant marks as popular; from the named category if one is named. Nothing is praised unmarked."""
    sold = [i for i in shop.menu.items if i.available]
    marked = [i for i in sold if "popular" in i.tags]
    near = [i for i in marked if set(topic.subject) & set(i.category.casefold().split())]
    chosen = near or marked
    if not chosen:
        return ""
    names = [item_name(speaker, shop.menu, i.id) for i in chosen[:_FEW]]
    return speaker.say("recommend", items=speaker.listed(names))


def about_me(speaker: Speaker, shop: Shop, _topic: AnswerTopic) -> str:
    """That a machine is speaking, and for whom."""
    return speaker.say("about_me", shop=speaker.bind("shop", shop.name, "merchants", shop.merchant_id, "name"))


def staff_only(speaker: Speaker, _shop: Shop, _topic: AnswerTopic) -> str:
    """That figures of the shop are not told here."""
    return speaker.say("staff_only")
