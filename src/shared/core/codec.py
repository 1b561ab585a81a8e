"""The words of sitrep as JSON, and back: message bodies, archived objects, stored records.  Pure."""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def encode(value: Any) -> str:
    """A dataclass as JSON text; dates in RFC 3339, keys in the order of the class."""
    return msgspec.json.encode(value).decode()


def decode(text: str | bytes, kind: type[T]) -> T:
    """The dataclass that `encode` wrote.

    Raises `msgspec.ValidationError` for anything else: a message that no step of ours has sent is a bug.
    """
    return msgspec.json.decode(text, type=kind)
