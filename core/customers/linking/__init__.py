"""Who is who across ids and channels: by what a provider vouches for, or by a code, never on a guess."""

from core.customers.linking.codes import NewCode, Offer, known_code, make_code, use_code
from core.customers.linking.links import join, joined, links_of, part
from core.customers.linking.meeting import Met, end, meet, renumber
from core.customers.linking.rules import LIFE, code_in
from core.customers.linking.views import LinkView

__all__ = [
    "LIFE",
    "LinkView",
    "Met",
    "NewCode",
    "Offer",
    "code_in",
    "end",
    "join",
    "joined",
    "known_code",
    "links_of",
    "make_code",
    "meet",
    "part",
    "renumber",
    "use_code",
]
