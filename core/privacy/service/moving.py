"""Going on with a conversation on another channel, and taking that back: by proof only, and visibly on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core import customers, messaging, orders
from core.access import requires
from core.customers import linking
from core.customers.events import IdentityLinked, IdentityParted
from core.kernel.clock import now
from core.kernel.errors import NotFound
from core.privacy import repository
from core.privacy.views import Moved

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.customers.linking import LinkView, Offer
    from core.db.uow import UnitOfWork
    from core.messaging.models import Conversation

# What a conversation still knows of itself when its order has gone elsewhere.
_LEFT: Final = ("locale", "greeted")


@requires("customers.change")
def take_over(uow: UnitOfWork, merchant_id: str, offer: Offer, conversation_id: str) -> Moved | None:
    """Go on here with the conversation that a code was told in: its customer, its open cart, its dialogue.

    The caller keeps `Moved.state` as this conversation's own. None, and nothing has changed, when the code does not
    hold any more. The other conversation is told by an event.

    Raises:
        NotFound: no such conversation of this shop.
    """
    if offer.conversation_id == conversation_id:
        return None
    held = repository.lock_conversations(uow.session, merchant_id, (offer.conversation_id, conversation_id))
    here, there = held.get(conversation_id), held.get(offer.conversation_id)
    if here is None:
        raise NotFound(what="conversation", key=conversation_id)
    if there is None or there.customer_id != offer.customer_id:
        return None  # whoever asked for it is another customer by now
    if not linking.use_code(uow, merchant_id, offer, conversation_id):
        return None
    cart = orders.find_cart(uow.session, merchant_id, there.id)
    link_id = _link(uow, here, there, cart.id if cart is not None else "")
    if cart is not None:
        cart = orders.move_cart(uow, merchant_id, cart.id, conversation_id=here.id, customer_id=there.customer_id)
    state = dict(there.state)
    there.state = {name: state[name] for name in _LEFT if name in state}
    there.updated_at = now()
    identity = customers.known_identity(uow.session, merchant_id, here.channel, here.account, here.sender)
    uow.record(
        IdentityLinked(
            merchant_id=merchant_id,
            customer_id=there.customer_id,
            identity_id=identity.id,
            link_id=offer.id,
            told=there.id,
        )
    )
    return Moved(link_id, there.id, there.customer_id, state, cart)


def is_linked(session: Session, merchant_id: str, conversation_id: str) -> bool:
    """Whether whoever is in a conversation is known from another one, too.

    Raises:
        NotFound: no such conversation of this shop.
    """
    about = messaging.conversation(session, merchant_id, conversation_id)
    identity = customers.known_identity(session, merchant_id, about.channel, about.account, about.sender)
    if linking.joined(session, merchant_id, identity.id) is not None:
        return True
    return bool(linking.links_of(session, merchant_id, identity.customer_id))


@requires("customers.change")
def part_all(uow: UnitOfWork, merchant_id: str, conversation_id: str) -> int:
    """Take every link of the identity in a conversation back; how many there were.

    Whoever was linked to somebody else is themselves again; whoever others were linked to is rid of them, and gets
    back the cart that went with them, as long as it is open.

    Raises:
        NotFound: no such conversation of this shop.
    """
    here = repository.lock_conversations(uow.session, merchant_id, (conversation_id,)).get(conversation_id)
    if here is None:
        raise NotFound(what="conversation", key=conversation_id)
    identity = customers.known_identity(uow.session, merchant_id, here.channel, here.account, here.sender)
    own = linking.joined(uow.session, merchant_id, identity.id)
    found = (own,) if own is not None else linking.links_of(uow.session, merchant_id, here.customer_id)
    for link in found:
        _part(uow, merchant_id, link, said_in=conversation_id)
    return len(found)


@requires("customers.change")
def part(uow: UnitOfWork, merchant_id: str, customer_id: str, link_id: str) -> None:
    """Take one link of a customer back.

    Raises:
        NotFound: the customer has no such link.
    """
    link = next((x for x in linking.links_of(uow.session, merchant_id, customer_id) if x.id == link_id), None)
    if link is None:
        raise NotFound(what="link", key=link_id)
    _part(uow, merchant_id, link, said_in="")


def _link(uow: UnitOfWork, here: Conversation, there: Conversation, cart_id: str) -> str:
    """Make the identity here the customer's there, with all that it has ordered; answers the link, if there is one."""
    merchant_id = here.merchant_id
    if here.customer_id == there.customer_id:
        return ""
    identity = customers.known_identity(uow.session, merchant_id, here.channel, here.account, here.sender)
    link_id = linking.join(
        uow,
        merchant_id,
        identity,
        there.customer_id,
        proof="code",
        from_conversation_id=there.id,
        to_conversation_id=here.id,
        cart_id=cart_id,
    )
    _give_to(uow, merchant_id, identity.id, there.customer_id)
    return link_id


def _give_to(uow: UnitOfWork, merchant_id: str, identity_id: str, customer_id: str) -> list[str]:
    """What an identity said and ordered is this customer's; answers its conversations."""
    found = repository.conversations_of(uow.session, merchant_id, identity_id)
    for row in repository.lock_conversations(uow.session, merchant_id, found).values():
        row.customer_id = customer_id
        row.updated_at = now()
    uow.session.flush()
    for conversation_id in found:
        orders.give_to(uow, merchant_id, conversation_id, customer_id)
        uow.notify(f"conversation:{conversation_id}")
    return found


def _part(uow: UnitOfWork, merchant_id: str, link: LinkView, *, said_in: str) -> None:
    if not linking.part(uow, merchant_id, link):
        return
    cart = orders.find_cart(uow.session, merchant_id, link.to_conversation_id)
    # Whoever says in the first conversation that it was not them wants their order back, too.
    if cart is not None and cart.id == link.cart_id and said_in == link.from_conversation_id:
        orders.move_cart(
            uow, merchant_id, cart.id, conversation_id=link.from_conversation_id, customer_id=link.customer_id
        )
    theirs = _give_to(uow, merchant_id, link.identity_id, link.own_customer_id)
    uow.record(
        IdentityParted(
            merchant_id=merchant_id,
            customer_id=link.customer_id,
            identity_id=link.identity_id,
            link_id=link.id,
            own_customer_id=link.own_customer_id,
            told=[x for x in dict.fromkeys([*theirs, link.from_conversation_id]) if x and x != said_in],
        )
    )
