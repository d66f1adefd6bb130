"""All SQL of the menu. Whoever changes it first holds the shop's row, so changes of one menu come one after another."""

from core.catalogue.repository.reading import (
    content_of_number,
    load,
    question,
    revision_content,
    revision_number,
    version,
)
from core.catalogue.repository.writing import (
    count_availability_change,
    count_change_of_terms,
    override_item,
    override_modifier,
    put_in_force,
    write,
)

__all__ = [
    "content_of_number",
    "count_availability_change",
    "count_change_of_terms",
    "load",
    "override_item",
    "override_modifier",
    "put_in_force",
    "question",
    "revision_content",
    "revision_number",
    "version",
    "write",
]
