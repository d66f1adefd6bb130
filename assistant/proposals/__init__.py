"""Commands that somebody else proposes, such as a language model: asked for, verified, and mostly distrusted."""

from assistant.proposals.consult import consult

__all__ = ["consult"]
