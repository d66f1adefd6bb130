"""What is said beside turns: that a machine speaks, once; and to the conversation that another one took over from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.dialogue.state import State
from assistant.privacy.hearing import family
from assistant.replies.speaker import Speaker
from assistant.replies.wording import sound
from core import customers, merchants, messaging, wordings
from core.customers import IdentityView, consent
from core.customers.events import IdentityLinked, IdentityParted
from core.messaging.content import Content

if TYPE_CHECKING:
    from assistant.shop import Shop
    from core.db.uow import UnitOfWork
    from core.kernel.events import Event
    from core.messaging import ConversationView

# Where nobody has to be told: our own terminal, and dialogues that are played for measuring.
UNTOLD: Final = frozenset({"terminal", "chat"})


def disclosure(speaker: Speaker, shop: Shop) -> str:
    """What is said at first contact: that a machine speaks, and whose."""
    name = speaker.bind("shop", shop.name, "merchants", shop.merchant_id, "name")
    return speaker.say("disclosure", shop=name)


def note_disclosure(uow: UnitOfWork, about: ConversationView, shop: Shop, language: str) -> None:
    """Keep that a customer was told that a machine speaks, in which words; once for each identity."""
    if about.channel in UNTOLD:
        return
    words = disclosure(shop.speaker(language), shop)
    identity = IdentityView(about.channel, about.account, about.sender)
    consent.disclose(uow, about.merchant_id, identity, words=words, language=language)


def on_identity_linked(uow: UnitOfWork, event: Event) -> None:
    """Tell the conversation that was left where it goes on, so that nobody takes it over unseen."""
    if not isinstance(event, IdentityLinked):
        return
    known = customers.known_identities(uow.session, event.merchant_id, event.customer_id)
    channel = next((k.channel for k in known if k.id == event.identity_id), "")
    speaker = speaker_of(uow, event.merchant_id, event.told)
    text = speaker.say("privacy_away", channel=speaker.word("channel_names", family(channel)))
    _say(uow, event.told, text, f"linked:{event.link_id}")


def on_identity_parted(uow: UnitOfWork, event: Event) -> None:
    """Tell the conversations of an identity that it is a customer of its own again."""
    if not isinstance(event, IdentityParted):
        return
    for conversation_id in event.told:
        speaker = speaker_of(uow, event.merchant_id, conversation_id)
        _say(uow, conversation_id, speaker.say("privacy_parted_told"), f"parted:{event.link_id}")


def _say(uow: UnitOfWork, conversation_id: str, text: str, ref: str) -> None:
    messaging.say(uow, conversation_id, Content(text, "notice"), ref=ref)


def speaker_of(uow: UnitOfWork, merchant_id: str, conversation_id: str) -> Speaker:
    """Who says something beside a turn: in the language of the conversation, and in the shop's own words."""
    about = messaging.conversation(uow.session, merchant_id, conversation_id)
    shop = merchants.merchant(uow.session, merchant_id)
    language = State.from_json(about.state).locale if about.state else (about.locale or shop.locale).partition("-")[0]
    own = wordings.wordings(uow.session, merchant_id).get(language, {})
    return Speaker(language, shop.locale, sound(language, own))
