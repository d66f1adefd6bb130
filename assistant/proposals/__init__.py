"""What may reach the cart, whoever proposes it: the parser's own lines, and those of somebody else who is asked."""

from assistant.proposals.consult import consult
from assistant.proposals.gate import certified
from assistant.proposals.vouch import unvouched

__all__ = ["certified", "consult", "unvouched"]
