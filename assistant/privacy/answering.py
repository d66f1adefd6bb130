"""Answering what is not about the order: consent, another channel, what is kept. In the transaction of the turn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from assistant.privacy import mailing, telling
from assistant.privacy.hearing import ERASE, KEEP, family
from assistant.replies.describe import lines_text
from core import merchants, messaging, privacy
from core.customers import IdentityView, consent, linking
from core.kernel.errors import TooMany
from core.messaging.content import Content, Option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.dialogue.state import State
    from assistant.privacy.hearing import Aside
    from assistant.replies.speaker import Speaker
    from assistant.shop import Shop
    from core.customers.consent import Choice
    from core.db.uow import UnitOfWork
    from core.messaging import OpenTurn
    from core.privacy import Moved

_MINUTES: Final = int(linking.LIFE.total_seconds() // 60)
# Where a download waits, below the shop's public address.
DOWNLOAD: Final = "/privacy/download"


@dataclass(slots=True)
class _Answer:
    """What is said and done for one turn. `after` runs once the turn is closed: the actor may not be theirs then."""

    uow: UnitOfWork
    turn: OpenTurn
    shop: Shop
    state: State
    url: str
    channels: frozenset[str]
    replies: list[Content] = field(default_factory=list)
    kept: dict[str, Any] | None = None
    part: bool = False
    erase: bool = False

    @property
    def merchant_id(self) -> str:
        return self.turn.conversation.merchant_id

    @property
    def identity(self) -> IdentityView:
        about = self.turn.conversation
        return IdentityView(about.channel, about.account, about.sender)

    def speaker(self, language: str = "") -> Speaker:
        return self.shop.speaker(language or self.state.locale)

    def say(self, speaker: Speaker, text: str, *, options: Sequence[Option] = ()) -> None:
        if not self.state.greeted and not self.replies:
            text = f"{telling.disclosure(speaker, self.shop)} {text}"
        kind = "question" if options else "notice"
        self.replies.append(Content(text, kind, tuple(options), tuple(speaker.bindings)))  # type: ignore[arg-type]


def answer(
    uow: UnitOfWork,
    turn: OpenTurn,
    shop: Shop,
    state: State,
    asides: Sequence[Aside],
    *,
    url: str,
    channels: frozenset[str],
) -> None:
    """Answer these messages of a turn, and close it; its others are a turn of their own.

    `url` is the public address of this installation, for what has to be downloaded; empty: none is offered.
    `channels` are those that the installation sends by.

    Raises:
        Conflict: the turn was answered already, or somebody else changed what it is about.
    """
    doing = _Answer(uow, replace(turn, messages=tuple(a.inbound for a in asides)), shop, state, url, channels)
    silent = turn.conversation.owner != "assistant"
    for aside in asides:
        if aside.word:
            _network(doing, aside)
        elif silent and (aside.asked is None or aside.asked.act not in ("opt_out", "opt_in")):
            continue  # a person is speaking with them, and reads it
        elif aside.code:
            _code(doing, aside)
        elif aside.answer:
            _erase(doing, aside)
        elif aside.mail:
            _mail(doing, aside)
        else:
            _asked(doing, aside)
    kept = state.to_json() if doing.kept is None else doing.kept
    if doing.replies and not state.greeted and not silent:
        telling.note_disclosure(uow, turn.conversation, shop, state.locale)
        kept["greeted"] = True
    trace = {"by": "privacy", "asides": [_traced(a) for a in asides], "asks": any(r.options for r in doing.replies)}
    replies = () if silent else tuple(doing.replies)
    messaging.close_turn(uow, doing.turn, replies=replies, state=kept, trace=trace, menu_version=shop.menu.version)
    if doing.erase:
        privacy.ask_to_erase(uow, doing.merchant_id, turn.conversation.customer_id, turn.conversation.id)
    if doing.part and privacy.part_all(uow, doing.merchant_id, turn.conversation.id):
        uow.notify(messaging.topic(turn.conversation.id))


def acting_for(turn: OpenTurn, asides: Sequence[Aside]) -> str:
    """The customer as whom a turn acts: whoever says a code that holds has proved to be the one it was told to."""
    return next((a.offer.customer_id for a in asides if a.offer is not None), turn.conversation.customer_id)


def _network(doing: _Answer, aside: Aside) -> None:
    """STOP, START and HELP: one confirmation each, which goes out whatever is allowed, unless the provider sent one."""
    if aside.inbound.payload.get(messaging.CONSENT_ANSWERED):
        return
    if aside.word != "help" and not aside.inbound.payload.get("changed"):
        return
    speaker = doing.speaker()
    name = speaker.bind("shop", doing.shop.name, "merchants", doing.merchant_id, "name")
    key, word = {"stop": ("privacy_stop", "START"), "start": ("privacy_in", ""), "help": ("privacy_help", "STOP")}[
        aside.word
    ]
    text = speaker.say(key, shop=name, **({"word": word} if word else {}))
    phone = doing.shop.location.phone if doing.shop.location is not None else ""
    if aside.word == "help" and phone and doing.shop.location is not None:
        called = speaker.bind("phone", phone, "locations", doing.shop.location.id, "phone")
        text = f"{text} {speaker.say('privacy_call', phone=called)}"
    content = Content(text, "notice", (), tuple(speaker.bindings))
    ref = f"{messaging.CONSENT_REF}{aside.inbound.id}"
    messaging.say(doing.uow, doing.turn.conversation.id, content, ref=ref, purpose="confirmation")


def _asked(doing: _Answer, aside: Aside) -> None:
    asked = aside.asked
    if asked is None:
        return
    if asked.act in ("opt_out", "opt_in"):
        _consent(doing, aside, "out" if asked.act == "opt_out" else "in", asked.language)
    elif asked.act == "move":
        _move(doing, asked.channel, asked.language)
    elif asked.act == "unlink":
        _unlink(doing, asked.language)
    elif asked.act == "export":
        _export(doing, asked.language)
    else:
        speaker = doing.speaker(asked.language)
        answers = [
            Option(ERASE, speaker.say("privacy_erase_yes")),
            Option(KEEP, speaker.say("privacy_erase_no")),
        ]
        doing.say(speaker, speaker.say("privacy_erase"), options=answers)


def _consent(doing: _Answer, aside: Aside, choice: Choice, language: str) -> None:
    about = doing.turn.conversation
    consent.record(
        doing.uow,
        doing.merchant_id,
        doing.identity,
        choice,
        words=aside.inbound.text,
        how="words",
        ref=f"{about.channel}:{aside.inbound.id}",
        language=language,
    )
    speaker = doing.speaker(language)
    name = speaker.bind("shop", doing.shop.name, "merchants", doing.merchant_id, "name")
    doing.say(speaker, speaker.say("privacy_out" if choice == "out" else "privacy_in", shop=name))


def _move(doing: _Answer, channel: str, language: str) -> None:
    about, speaker = doing.turn.conversation, doing.speaker(language)
    if not _is_reached(doing, channel):
        doing.say(speaker, speaker.say("privacy_not_there", channel=speaker.word("channel_names", channel)))
        return
    try:
        made = linking.make_code(doing.uow, doing.merchant_id, about.customer_id, about.id, channel=channel)
    except TooMany:
        doing.say(speaker, speaker.say("privacy_many"))
        return
    values = {
        "channel": speaker.word("channel_names", channel),
        "code": speaker.bind("code", made.code, "link_codes", made.id, "digest"),
        "minutes": speaker.number(_MINUTES, "link_codes", made.id, "expires_at"),
    }
    doing.say(speaker, speaker.say("privacy_move", **values))


def _is_reached(doing: _Answer, channel: str) -> bool:
    """Whether the customer can write to the shop there: a code for elsewhere would lead nowhere."""
    names = [name for name in doing.channels if family(name) == channel]
    session = doing.uow.session
    return channel == "web" or any(merchants.is_reached(session, doing.merchant_id, name) for name in names)


def _code(doing: _Answer, aside: Aside) -> None:
    """A code is said: go on here with the conversation that it was told in."""
    moved = None
    if aside.offer is not None:
        moved = privacy.take_over(doing.uow, doing.merchant_id, aside.offer, doing.turn.conversation.id)
    speaker = doing.speaker()
    if moved is None:
        doing.say(speaker, speaker.say("privacy_code_over"))
        return
    doing.kept = _state_of(doing, moved)
    speaker = doing.speaker(str(doing.kept.get("locale", "")))
    if moved.cart is None or not moved.cart.lines:
        doing.say(speaker, speaker.say("privacy_here_empty"))
        return
    total = doing.shop.quote(moved.cart.lines, moved.cart.fulfilment).total
    text = speaker.say(
        "privacy_here",
        lines=lines_text(speaker, doing.shop.menu, moved.cart.lines),
        total=speaker.money(total, "carts", moved.cart.id, "total"),
    )
    doing.say(speaker, text)


def _state_of(doing: _Answer, moved: Moved) -> dict[str, Any]:
    """The dialogue's memory as it was there, for the cart as it is here."""
    if not moved.state:
        return doing.state.to_json()
    state = dict(moved.state)
    if moved.cart is not None:
        state |= {"cart_id": moved.cart.id, "cart_version": moved.cart.version}
    return state


def _unlink(doing: _Answer, language: str) -> None:
    about, speaker = doing.turn.conversation, doing.speaker(language)
    if privacy.is_linked(doing.uow.session, doing.merchant_id, about.id):
        doing.part = True
        doing.say(speaker, speaker.say("privacy_parted"))
    else:
        doing.say(speaker, speaker.say("privacy_alone"))


def _export(doing: _Answer, language: str) -> None:
    about, speaker = doing.turn.conversation, doing.speaker(language)
    counted = privacy.count(doing.uow.session, doing.merchant_id, about.customer_id)
    channels = dict.fromkeys(speaker.word("channel_names", family(channel)) for channel in counted.channels)
    text = speaker.say(
        "privacy_known",
        name=speaker.bind("name", counted.name or "\u2013", "customers", about.customer_id, "name"),
        messages=speaker.number(counted.messages, "customers", about.customer_id, "messages"),
        orders=speaker.number(counted.orders, "customers", about.customer_id, "orders"),
        channels=speaker.listed(list(channels)),
    )
    if doing.url:
        text = f"{text} {_download(doing, speaker)}"
    doing.say(speaker, text)


def _download(doing: _Answer, speaker: Speaker) -> str:
    about = doing.turn.conversation
    try:
        made = linking.make_code(doing.uow, doing.merchant_id, about.customer_id, about.id, channel=privacy.DOWNLOAD)
    except TooMany:
        return speaker.say("privacy_many")
    return speaker.say(
        "privacy_export",
        url=speaker.bind("url", f"{doing.url.rstrip('/')}{DOWNLOAD}", "link_codes", made.id, "url"),
        code=speaker.bind("code", made.code, "link_codes", made.id, "digest"),
        minutes=speaker.number(_MINUTES, "link_codes", made.id, "expires_at"),
    )


def _mail(doing: _Answer, aside: Aside) -> None:
    about, speaker = doing.turn.conversation, doing.speaker()
    if "email" in doing.channels:
        doing.say(speaker, mailing.mail_receipt(doing.uow, doing.shop, about, speaker, aside.mail))
    else:
        doing.say(speaker, speaker.say("mail_off"))


def _erase(doing: _Answer, aside: Aside) -> None:
    about, speaker = doing.turn.conversation, doing.speaker()
    if aside.answer == KEEP:
        doing.say(speaker, speaker.say("privacy_kept"))
        return
    doing.erase = privacy.may_erase(doing.uow.session, doing.merchant_id, about.customer_id)
    doing.say(speaker, speaker.say("privacy_erased" if doing.erase else "privacy_busy"))


def _traced(aside: Aside) -> dict[str, str]:
    """What is noted of it; neither words nor codes."""
    act = aside.word or aside.answer or ("code" if aside.code else aside.asked.act if aside.asked else "")
    return {"act": act, "language": aside.asked.language if aside.asked else ""}
