"""Links: an identity becomes another customer's by proof, and its own again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import requires
from core.customers import repository as people
from core.customers.linking import repository
from core.kernel.errors import NotFound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.customers.linking.views import LinkView
    from core.customers.views import KnownIdentity
    from core.db.uow import UnitOfWork


@requires("customers.change")
def join(
    uow: UnitOfWork,
    merchant_id: str,
    identity: KnownIdentity,
    customer_id: str,
    *,
    proof: str,
    from_conversation_id: str,
    to_conversation_id: str,
    cart_id: str = "",
) -> str:
    """Make an identity a customer's who has proved to be the same person; answers the id of the link.

    Raises:
        NotFound: no such customer of this shop.
    """
    if people.by_id(uow.session, merchant_id, customer_id) is None:
        raise NotFound(what="customer", key=customer_id)
    under = repository.in_force(uow.session, merchant_id, identity.id)
    own = under.own_customer_id if under is not None else identity.customer_id
    if under is not None:
        repository.end_link(uow.session, merchant_id, under.id)
    people.change_identity(uow.session, merchant_id, identity.id, customer_id=customer_id)
    return repository.add_link(
        uow.session,
        {
            "merchant_id": merchant_id,
            "identity_id": identity.id,
            "customer_id": customer_id,
            "own_customer_id": own,
            "proof": proof,
            "from_conversation_id": from_conversation_id,
            "to_conversation_id": to_conversation_id,
            "cart_id": cart_id,
        },
    )


@requires("customers.change")
def part(uow: UnitOfWork, merchant_id: str, link: LinkView) -> bool:
    """Give a linked identity the customer back that it was before; False when it was parted already."""
    if not repository.end_link(uow.session, merchant_id, link.id):
        return False
    people.change_identity(uow.session, merchant_id, link.identity_id, customer_id=link.own_customer_id)
    return True


def joined(session: Session, merchant_id: str, identity_id: str) -> LinkView | None:
    """The link that an identity is under."""
    return repository.in_force(session, merchant_id, identity_id)


def links_of(session: Session, merchant_id: str, customer_id: str) -> tuple[LinkView, ...]:
    """The links in force to a customer."""
    return repository.of_customer(session, merchant_id, customer_id)
