"""JSON from a stranger: read within bounds, or refused with one MaterialError."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from harness.errors import MaterialError

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 500_000
# A validator compares the objects of an array pairwise where the schema wants them unique; squares bound that work.
MAX_PAIRS = 2_000_000

Json = dict[str, Any]


def load_json(data: bytes) -> Json:
    """One JSON object, of bounded size, depth and shape, without repeated keys or NaN.

    Raises:
        MaterialError: the bytes are anything else.
    """
    if len(data) > MAX_BYTES:
        raise MaterialError(f"document has {len(data)} bytes, more than the {MAX_BYTES} that are read")
    try:
        document = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_object_without_repeats, parse_constant=_refuse
        )
    except RecursionError as error:
        raise MaterialError(f"document is nested deeper than {MAX_DEPTH} levels") from error
    except ValueError as error:
        raise MaterialError(f"document is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise MaterialError(f"document is a JSON {type(document).__name__}, wanted an object")
    _check_shape(document)
    return document


def pairs(value: object) -> int:
    """Work bound of all arrays in a value: the sum of their squared lengths."""
    return sum(len(node) ** 2 for node, _ in _walk(value) if isinstance(node, list))


def _object_without_repeats(items: list[tuple[str, Any]]) -> Json:
    keys = dict(items)
    if len(keys) != len(items):
        raise ValueError("an object repeats a key, so two readers may read two things")
    return keys


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _check_shape(document: Json) -> None:
    for count, (node, depth) in enumerate(_walk(document)):
        if depth > MAX_DEPTH:
            raise MaterialError(f"document is nested deeper than {MAX_DEPTH} levels")
        if count > MAX_NODES:
            raise MaterialError(f"document has more than {MAX_NODES} values")
        if isinstance(node, str) and any("\ud800" <= character <= "\udfff" for character in node):
            raise MaterialError("document has a text with half a surrogate pair")


def _walk(value: object) -> Iterator[tuple[object, int]]:
    stack: list[tuple[object, int]] = [(value, 0)]
    while stack:
        node, depth = stack.pop()
        yield node, depth
        if isinstance(node, dict):
            stack += [(child, depth + 1) for pair in node.items() for child in pair]
        elif isinstance(node, list):
            stack += [(child, depth + 1) for child in node]
