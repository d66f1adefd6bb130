"""A shop's own words for our replies: what is said in place of a template, and what was proposed for it."""

from core.wordings.service import accept, discard, proposals, propose, say_again, use, wordings
from core.wordings.views import Proposal, Wordings

__all__ = ["Proposal", "Wordings", "accept", "discard", "proposals", "propose", "say_again", "use", "wordings"]
