"""What SNS takes: the arguments of a publish in, nothing or a ContractError out.  Pure.

moto accepts what SNS refuses (a subject with a newline, a body of 400 kB, a missing `default`), so a green test
against moto proves nothing here, and this check stands before every publish instead.
"""

import json
import re
from collections.abc import Mapping

from shared.errors import ContractError

SUBJECT_MAX = 100
MESSAGE_MAX_BYTES = 262_144
SMS_MAX_CHARACTERS = 1600
SMS_MAX_PARTS = 2
"""Ours, not SNS's: every part is billed, and a third arrives out of order often enough."""
SMS_PREFIX = "SITREP> "
"""What SNS puts before a topic's text messages: its display name, in capitals.

Source: AWS SNS developer guide, "Publishing SMS messages to an Amazon SNS topic".
"""
ATTRIBUTES_MAX = 10
"""Raw delivery to SQS discards a message that carries more."""

# Source: 3GPP TS 23.038, 6.2.1 (default alphabet; the escape itself is no character) and 6.2.1.1 (extension table).
GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENSION = frozenset("\f^{}\\[~]|€")

# Source: XML 1.0 (fifth edition), production 2, Char.  SQS refuses a body with any other character.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATTRIBUTE_NAME = re.compile(r"[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*")
_NUMBER = re.compile(r"-?\d{1,10}(\.\d{1,5})?")


def check(publish_kwargs: Mapping[str, object]) -> None:
    """Lets a message through that SNS would take and deliver whole; stops any other.

    Source: AWS SNS API reference, Publish, and developer guide, "Message attributes".

    Raises ContractError, which names the rule that is broken.
    """
    _check_subject(publish_kwargs.get("Subject"))
    message = _text(publish_kwargs.get("Message"), "Message")
    attributes = publish_kwargs.get("MessageAttributes", {})
    if not isinstance(attributes, Mapping):
        raise ContractError("MessageAttributes must be a mapping")
    size = len(message.encode()) + sum(_check_attribute(name, value) for name, value in attributes.items())
    if len(attributes) > ATTRIBUTES_MAX:
        raise ContractError(f"at most {ATTRIBUTES_MAX} message attributes, not {len(attributes)}")
    if size > MESSAGE_MAX_BYTES:
        raise ContractError(f"message with its attributes is {size} bytes, over {MESSAGE_MAX_BYTES}")
    structure = publish_kwargs.get("MessageStructure")
    if structure == "json":
        _check_bodies(message)
    elif structure is not None:
        raise ContractError("MessageStructure can only be 'json'")


def sms_parts(text: str) -> int:
    """How many messages a phone company bills for a text.

    GSM-7 holds 160 septets alone and 153 in each of several, its extension characters taking two; one character
    outside it makes the whole text UCS-2, 70 code units alone and 67 in each of several.  Neither a pair of septets
    nor a surrogate pair is split between parts.

    Source: 3GPP TS 23.038, 6.2; 3GPP TS 23.040, 9.2.3.24.1 (the header that a part of several carries).
    """
    if is_gsm7(text):
        costs, alone, joined = [2 if character in GSM7_EXTENSION else 1 for character in text], 160, 153
    else:
        costs, alone, joined = [2 if ord(character) > 0xFFFF else 1 for character in text], 70, 67
    if sum(costs) <= alone:
        return 1
    parts, used = 1, 0
    for cost in costs:
        if used + cost > joined:
            parts, used = parts + 1, 0
        used += cost
    return parts


def is_gsm7(text: str) -> bool:
    """Whether a phone gets the text in the alphabet that fits 160 to a message."""
    return all(character in GSM7_BASIC or character in GSM7_EXTENSION for character in text)


def _check_subject(subject: object) -> None:
    if not isinstance(subject, str) or not 1 <= len(subject) <= SUBJECT_MAX:
        raise ContractError(f"subject must have 1 to {SUBJECT_MAX} characters")
    if not all(" " <= character <= "~" for character in subject):
        raise ContractError("subject must be printable ASCII, without line breaks or control characters")
    if subject.startswith(" "):
        raise ContractError("subject must not start with a space")


def _check_bodies(message: str) -> None:
    try:
        bodies = json.loads(message)
    except ValueError as error:
        raise ContractError("MessageStructure json needs a Message that is valid JSON") from error
    if not isinstance(bodies, dict):
        raise ContractError("MessageStructure json needs a Message that is a JSON object")
    if not isinstance(bodies.get("default"), str):
        raise ContractError("MessageStructure json needs a string under 'default'")
    for protocol, body in bodies.items():
        _text(body, f"the {protocol} body")
    # A phone gets `default` where there is no body of its own.
    sms = bodies.get("sms")
    if sms is None:
        return
    if len(sms) > SMS_MAX_CHARACTERS:
        raise ContractError(f"the sms body has {len(sms)} characters, over {SMS_MAX_CHARACTERS}")
    if (parts := sms_parts(SMS_PREFIX + sms)) > SMS_MAX_PARTS:
        raise ContractError(f"the sms body takes {parts} parts, over {SMS_MAX_PARTS}")


def _check_attribute(name: object, attribute: object) -> int:
    """The bytes that an attribute adds to the message; all of its parts count."""
    if not isinstance(name, str) or len(name) > 256 or not _ATTRIBUTE_NAME.fullmatch(name):
        raise ContractError(f"attribute name {name!r:.60} may hold letters, digits, _, - and single inner periods")
    if name.lower().startswith(("aws.", "amazon.")):
        raise ContractError(f"attribute name {name} starts with a prefix that AWS reserves")
    if not isinstance(attribute, Mapping):
        raise ContractError(f"attribute {name} must be a mapping")
    kind = attribute.get("DataType")
    if kind not in {"String", "Number", "String.Array"}:
        raise ContractError(f"attribute {name} has a data type that we do not send: {kind!r:.60}")
    value = _text(attribute.get("StringValue"), f"attribute {name}")
    if kind == "Number" and not _NUMBER.fullmatch(value):
        raise ContractError(f"attribute {name} is no number that a filter policy can compare")
    if kind == "String.Array":
        _check_array(name, value)
    return len(name.encode()) + len(str(kind)) + len(value.encode())


def _check_array(name: str, value: str) -> None:
    try:
        items = json.loads(value)
    except ValueError as error:
        raise ContractError(f"attribute {name} must be a JSON array") from error
    if not isinstance(items, list) or not all(item is None or isinstance(item, str | int | float) for item in items):
        raise ContractError(f"attribute {name} must be a JSON array of strings, numbers, true, false or null")
    if not items:
        raise ContractError(f"attribute {name} must not be empty: leave it out")
    for item in items:
        if isinstance(item, str):
            _text(item, f"attribute {name}")


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise ContractError(f"{what} must be a string that is not empty")
    if found := _NOT_XML.search(value):
        raise ContractError(f"{what} holds U+{ord(found.group()):04X}, which XML 1.0 does not allow")
    return value
