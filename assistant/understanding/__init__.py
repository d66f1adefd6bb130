"""Menu-grounded understanding: from a menu and a message to order lines, each with the words that caused it."""

from assistant.understanding.answer import answer, best_lines, doubtful_words
from assistant.understanding.certificate import Certificate, CertifiedLine, certificate_of
from assistant.understanding.checker import Fault, check
from assistant.understanding.grammar import Grammar, compile_menu
from assistant.understanding.parser import Expecting, read, read_tokens
from assistant.understanding.reading import (
    Cause,
    Determiner,
    LoosePart,
    Reading,
    ReadLine,
    Token,
    Unclear,
)
from assistant.understanding.tokens import tokenize

__all__ = [
    "Cause",
    "Certificate",
    "CertifiedLine",
    "Determiner",
    "Expecting",
    "Fault",
    "Grammar",
    "LoosePart",
    "ReadLine",
    "Reading",
    "Token",
    "Unclear",
    "answer",
    "best_lines",
    "certificate_of",
    "check",
    "compile_menu",
    "doubtful_words",
    "read",
    "read_tokens",
    "tokenize",
]
