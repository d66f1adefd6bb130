"""Going on by another channel: by proof only, seen on both sides, taken back by a word; and no leak."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from assistant.privacy.hearing import family
from core import customers, merchants, messaging, orders, privacy
from core.access import SYSTEM, of_customer
from core.customers import linking
from core.kernel import clock
from core.kernel.clock import now
from tests.privacy.town import CHANNELS, ONE, Town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.messaging import Received

NAMES = {
    "whatsapp": "WhatsApp",
    "sms": "SMS",
    "telegram": "Telegram",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "web": "the website",
}
# Both ways in of WhatsApp are one channel to a customer: the second one is tried with a page only.
PAIRS = [
    *permutations((channel for channel in CHANNELS if channel == family(channel)), 2),
    ("whatsapp_twilio", "web"),
    ("web", "whatsapp_twilio"),
]
SECRET = "Zanzibara"


def _sender(channel: str, n: int) -> str:
    return f"+1555010{n:04d}" if channel in ("sms", "whatsapp", "whatsapp_twilio") else f"{channel}-person-{n}"


def _begun(town: Town, channel: str, sender: str) -> Received:
    """An order of somebody whose name is a secret."""
    return town.say(channel, sender, f"two kaya toasts and a yuzu tea. For pickup. My name is {SECRET}")


def _code(town: Town, channel: str, sender: str, to: str) -> str:
    said = town.last(town.say(channel, sender, f"continue on {NAMES[family(to)]}"))
    code = linking.code_in(said)
    assert code, said
    return code


def test_for_all_ordered_pairs_cart_state_and_customer_are_the_same_after_a_move(town: Town) -> None:
    assert len(PAIRS) == 6 * 5 + 2
    # On one database all of them; on the other, which is slower to begin with, a few.
    for n, (a, b) in enumerate(PAIRS if town.database.sqlite else PAIRS[::7]):
        here, there = _sender(a, n), _sender(b, n + 500)
        first = _begun(town, a, here)
        talk, cart = town.talk(a, here), town.cart(first.conversation_id)
        assert cart is not None
        assert len(cart.lines) == 2

        second = town.say(b, there, f"my code is {_code(town, a, here, b).lower()}")

        moved, state = town.cart(second.conversation_id), town.talk(b, there).state
        assert moved is not None
        assert (moved.id, moved.lines, moved.causes) == (cart.id, cart.lines, cart.causes), (a, b)
        assert (moved.customer_name, moved.fulfilment) == (SECRET, "pickup")
        changed = {"cart_version": moved.version}
        assert state == {**talk.state, **changed}, (a, b)
        assert town.talk(b, there).customer_id == talk.customer_id == moved.customer_id
        assert town.cart(first.conversation_id) is None
        assert "Here we go on. You have 2 × Kaya toast" in town.last(second)
        assert town.last(first).startswith("Your conversation goes on by")


@ONE
def test_control_without_the_move_the_other_channel_knows_nothing(town: Town) -> None:
    _begun(town, "web", "page")
    second = town.say("sms", "+15550100001", "what have I ordered so far?")

    assert town.cart(second.conversation_id) is None
    assert town.talk("sms", "+15550100001").customer_id != town.talk("web", "page").customer_id


@ONE
def test_the_dialogue_goes_on_where_it_was(town: Town) -> None:
    town.say("web", "page", "a milk tea")
    asked = town.talk("web", "page").state["question"]
    town.say("telegram", "7", _code(town, "web", "page", "telegram"))

    assert town.talk("telegram", "7").state["question"] == asked


def test_both_orders_are_one_when_both_had_begun(town: Town) -> None:
    _begun(town, "web", "page")
    town.say("telegram", "7", "a kaya toast")
    second = town.say("telegram", "7", _code(town, "web", "page", "telegram"))

    cart = town.cart(second.conversation_id)
    assert cart is not None
    assert [(line.item, line.quantity) for line in cart.lines] == [("toast", 3), ("yuzu", 1)]


@ONE
def test_a_code_works_once_for_ten_minutes_and_only_on_its_channel(town: Town) -> None:
    first = _begun(town, "web", "page")
    code = _code(town, "web", "page", "telegram")
    for channel, sender in (("sms", "+15550100001"), ("web", "another page")):
        _shows_nothing(town, town.say(channel, sender, code))
    with clock.at(now() + timedelta(minutes=10, seconds=1)):
        _shows_nothing(town, town.say("telegram", "late", code))
    assert town.cart(first.conversation_id) is not None

    town.say("telegram", "7", code)
    _shows_nothing(town, town.say("telegram", "8", code))
    newer = _code(town, "telegram", "7", "web")
    assert newer != _code(town, "telegram", "7", "web")
    _shows_nothing(town, town.say("web", "third page", newer))


def _shows_nothing(town: Town, received: Received) -> None:
    """Not a word of the first conversation: no name, no line of the order, no sum."""
    said = " ".join(town.replies(received.conversation_id))
    assert "That code doesn't hold." in said
    assert not [word for word in (SECRET, "toast", "Toast", "£", "Yuzu") if word in said]
    assert town.cart(received.conversation_id) is None


@ONE
def test_a_forwarded_link_that_was_used_shows_nothing_even_in_an_export(town: Town) -> None:
    _begun(town, "web", "page")
    code = _code(town, "web", "page", "telegram")
    town.say("telegram", "owner", code)
    town.say("telegram", "friend", code)

    friend = town.talk("telegram", "friend").customer_id
    with town.database.begin(of_customer(town.merchant_id, friend)) as uow:
        kept = str(privacy.export(uow, town.merchant_id, friend))
    assert "friend" in kept
    assert SECRET not in kept


@ONE
def test_control_a_code_that_is_not_used_up_lets_the_friend_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.customers.linking.repository.take_code", lambda *_: True)
    _begun(town, "web", "page")
    code = _code(town, "web", "page", "telegram")
    town.say("telegram", "owner", code)
    town.say("telegram", "friend", code)
    # The code stays in force: whoever has it is taken for the customer.
    assert town.talk("telegram", "friend").customer_id == town.talk("telegram", "owner").customer_id


def test_two_at_once_with_one_code_only_one_gets_in(town: Town) -> None:
    first = _begun(town, "web", "page")
    code = _code(town, "web", "page", "telegram")
    for sender in ("one", "two"):
        town.hear("telegram", sender, code)
    together = Barrier(2)

    def work(sender: str) -> None:
        together.wait()
        town.drain.lane(messaging.turn_lane(town.talk("telegram", sender).id))

    threads = [Thread(target=work, args=(sender,)) for sender in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    town.drain.all(50)

    carts = [town.cart(town.talk("telegram", sender).id) for sender in ("one", "two")]
    assert town.cart(first.conversation_id) is None
    assert len([c for c in carts if c is not None and c.lines]) == 1


def test_that_was_not_me_brings_the_order_back_and_parts_them(town: Town) -> None:
    first = _begun(town, "web", "page")
    owner = town.talk("web", "page").customer_id
    before = town.cart(first.conversation_id)
    town.hear("telegram", "thief", "hello")
    town.drain.all(20)
    theirs = town.talk("telegram", "thief").customer_id
    second = town.say("telegram", "thief", _code(town, "web", "page", "telegram"))
    assert town.cart(second.conversation_id) is not None

    town.say("web", "page", "that wasn't me")

    back = town.cart(first.conversation_id)
    assert before is not None
    assert back is not None
    assert (back.id, back.lines, back.customer_id) == (before.id, before.lines, owner)
    assert town.cart(second.conversation_id) is None
    assert town.talk("telegram", "thief").customer_id == theirs
    assert town.last(second) == "This conversation is no longer connected with another one."


def test_parted_identities_have_their_own_orders_again(town: Town) -> None:
    town.say("web", "page", "a kaya toast for pickup, my name is Ana")
    town.say("web", "page", "that's all, place the order")
    town.say("web", "page", "yes")
    owner = town.talk("web", "page").customer_id
    second = town.say("telegram", "7", _code(town, "web", "page", "telegram"))
    with town.database.read() as session:
        shared = orders.latest_order(session, town.merchant_id, town.talk("telegram", "7").customer_id)
        assert shared is not None
        assert shared.customer_id == owner
        link = linking.links_of(session, town.merchant_id, owner)[0]
    with town.database.begin(SYSTEM) as uow:
        privacy.part(uow, town.merchant_id, owner, link.id)
    town.drain.all(20)

    apart = town.talk("telegram", "7").customer_id
    assert apart != owner
    with town.database.read() as session:
        assert orders.latest_order(session, town.merchant_id, apart) is None
        assert orders.latest_order(session, town.merchant_id, owner) is not None
        assert len(customers.known_identities(session, town.merchant_id, owner)) == 1
    assert town.last(second) == "This conversation is no longer connected with another one."


@ONE
def test_the_same_number_on_two_channels_is_no_proof(town: Town) -> None:
    number = "+15550100001"
    _begun(town, "sms", number)
    other = town.say("whatsapp_twilio", number, "the same again please")

    assert town.talk("sms", number).customer_id != town.talk("whatsapp_twilio", number).customer_id
    assert SECRET not in " ".join(town.replies(other.conversation_id))
    assert town.cart(other.conversation_id) is None


@ONE
def test_a_new_session_on_a_shared_tablet_begins_clean(town: Town) -> None:
    _begun(town, "web", "tablet, first guest")
    other = town.say("web", "tablet, second guest", "what is my name, and what have I ordered?")

    assert town.talk("web", "tablet, second guest").customer_id != town.talk("web", "tablet, first guest").customer_id
    assert SECRET not in " ".join(town.replies(other.conversation_id))


@pytest.fixture
def later() -> Iterator[None]:
    """Long after everything else."""
    with clock.at(now() + timedelta(days=46)):
        yield


def test_a_number_that_was_silent_for_long_is_somebody_new(town: Town, later: None) -> None:  # noqa: ARG001
    number = "+15550100001"
    with clock.at(now() - timedelta(days=46)):
        first = _begun(town, "sms", number)
        town.say("web", "page", _code(town, "sms", number, "web"))
        town.say("sms", number, "a kaya toast")
    before = town.talk("sms", number).customer_id
    second = town.say("sms", number, "what do you know about me?")

    assert second.conversation_id != first.conversation_id
    assert town.talk("sms", number).customer_id != before
    assert SECRET not in " ".join(town.replies(second.conversation_id))
    assert "messages: 1; orders: 0" in town.last(second)
    assert town.cart(second.conversation_id) is None


@ONE
def test_control_within_the_time_it_is_the_same_person(town: Town) -> None:
    number = "+15550100001"
    first = _begun(town, "sms", number)
    with clock.at(now() + timedelta(days=44)):
        second = town.say("sms", number, "hello again")
    assert second.conversation_id == first.conversation_id


def test_ids_that_a_provider_vouches_for_are_one_person(town: Town) -> None:
    number, lasting = "15550100001", "US.13491208655302741918"
    first = _begun(town, "whatsapp", number)
    second = town.say("whatsapp", lasting, "a kaya toast", aliases=(number,))
    third = town.say("whatsapp", "15550100099", "hello", aliases=(lasting,))  # the customer has another number now
    assert first.conversation_id == second.conversation_id == third.conversation_id
    with town.database.read() as session:
        known = customers.known_identity(session, town.merchant_id, "whatsapp", "shop", lasting)
        everyone = customers.known_identities(session, town.merchant_id, known.customer_id)
    assert [(set(k.aliases) | {k.external_id}) for k in everyone] == [{lasting, "15550100099"}]

    # The old number is somebody else's: they prove nothing by it.
    stranger = town.say("whatsapp", number, "what do you know about me?")
    assert stranger.conversation_id != first.conversation_id
    assert SECRET not in town.last(stranger)


@ONE
def test_a_provider_tells_of_a_new_number(town: Town) -> None:
    old, new = "15550100001", "15550100044"
    first = _begun(town, "whatsapp", old)
    for _ in range(2):  # told again, it changes nothing
        with town.database.begin(SYSTEM) as uow:
            messaging.moved(uow, town.merchant_id, channel="whatsapp", account="shop", sender=old, to=new)

    assert town.say("whatsapp", new, "hello").conversation_id == first.conversation_id
    assert town.say("whatsapp", old, "hello").conversation_id != first.conversation_id


@ONE
def test_a_number_never_brings_anybody_another_ones_lasting_id(town: Town) -> None:
    number = "15550100001"
    first = _begun(town, "whatsapp", "US.1")
    town.say("whatsapp", "US.1", "hello", aliases=(number,))
    second = town.say("whatsapp", "US.2", "what do you know about me?", aliases=(number,))

    assert second.conversation_id != first.conversation_id
    assert SECRET not in town.last(second)
    again = town.say("whatsapp", "US.1", "hello", aliases=("15550100002",))
    assert again.conversation_id == first.conversation_id


@ONE
def test_no_code_is_made_for_where_the_shop_cannot_be_written_to(town: Town) -> None:
    """With another shop beside it, what belongs to nobody there is not its own: only the accounts it has connected."""
    with town.database.begin() as uow:
        merchants.create_merchant(uow, name="Sorrel", slug="sorrel", currency="GBP", locale="en-GB")
        merchants.connect_account(uow, town.merchant_id, "telegram", "shop")
    by_text = town.last(town.say("web", "page", "text me the rest"))
    assert "You cannot write to us by text message." in by_text
    assert linking.code_in(by_text) == ""
    by_telegram = town.last(town.say("web", "page", "can we finish this on telegram?"))
    assert "Write to us by Telegram" in by_telegram
    assert linking.code_in(by_telegram)
