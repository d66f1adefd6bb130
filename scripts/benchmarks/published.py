"""Bodies held against the specifications that providers publish, read from a folder that the operator names."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
FOLDER: Final = "COMANDA_CHANNEL_FIXTURES"
_META: Final = "meta_business_messaging_openapi_v23.json"
# Fields that Meta documents elsewhere, and this file has not.
_NEWER: Final[Json] = {
    "biz_opaque_callback_data": {"type": "string", "maxLength": 512},
    "recipient": {"type": "string"},
}


def meta(body: Json) -> Iterator[str]:
    """What Meta's specification says against a message; nothing without the folder.

    Buttons that open a link are not in the file: of those, the message around them is looked at.
    """
    validators = _meta_validators()
    if not validators:
        return
    if body.get("interactive", {}).get("type") == "cta_url":
        body = body | {"type": "text", "text": {"body": body["interactive"]["body"]["text"]}}
        del body["interactive"]
    validator = validators.get(body["type"])
    if validator is None:
        yield f"no message of type {body['type']} is published"
        return
    for error in validator.iter_errors(body):
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


@lru_cache(maxsize=1)
def _meta_validators() -> dict[str, Draft202012Validator]:
    folder = os.environ.get(FOLDER)
    if not folder:
        return {}
    schemas: Json = json.loads((Path(folder) / _META).read_text())["components"]["schemas"]
    kinds: dict[str, str] = schemas["Message"]["discriminator"]["mapping"]
    found = {}
    for kind, ref in kinds.items():
        merged: Json = {"type": "object", "properties": dict(_NEWER), "required": [], "additionalProperties": False}
        for part in schemas[ref.rpartition("/")[2]]["allOf"]:
            whole = schemas[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
            merged["properties"] |= whole.get("properties", {})
            merged["required"] += whole.get("required", [])
        found[kind] = Draft202012Validator(merged | {"components": {"schemas": schemas}})
    return found
