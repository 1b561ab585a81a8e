"""What SNS refuses or garbles is stopped before it is sent."""

import json
from typing import Any

import pytest

from shared.core.sns_contract import SMS_PREFIX, check, is_gsm7, sms_parts
from shared.errors import ContractError


def publish(**changes: Any) -> dict[str, Any]:
    """Arguments that SNS takes, with some changed; None leaves one out."""
    good = {
        "Subject": "Airstrike: Deir ez-Zor",
        "Message": bodies(),
        "MessageStructure": "json",
        "MessageAttributes": {"category": {"DataType": "String", "StringValue": "airstrike"}},
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def bodies(**changes: Any) -> str:
    return json.dumps({"default": "whole", "email": "whole", "sms": "short"} | changes)


def attribute(kind: str, value: Any, name: str = "x") -> dict[str, Any]:
    return {name: {"DataType": kind, "StringValue": value}}


TAKEN = {
    "a usual message": publish(),
    "a subject of 100": publish(Subject="s" * 100),
    "a subject of one": publish(Subject="!"),
    "no attributes": publish(MessageAttributes=None),
    "plain text, no structure": publish(Message="whole", MessageStructure=None),
    "a body of exactly 262,144 bytes": publish(Message="a" * 262_144, MessageStructure=None, MessageAttributes=None),
    "ten attributes": publish(
        MessageAttributes={f"a{n}": {"DataType": "Number", "StringValue": str(n)} for n in range(10)}
    ),
    "an array of countries": publish(MessageAttributes=attribute("String.Array", '["SY", "IQ"]')),
    "a negative number": publish(MessageAttributes=attribute("Number", "-12.5")),
    "an sms of two parts with what SNS puts before it": publish(Message=bodies(sms="a" * (306 - len(SMS_PREFIX)))),
    "an emoji in an email": publish(Message=bodies(email="\U0001f30d")),
    "tabs and line breaks in an email": publish(Message=bodies(email="a\tb\r\nc")),
}

REFUSED = {
    "no subject": (publish(Subject=None), "subject"),
    "an empty subject": (publish(Subject=""), "subject"),
    "a subject of 101": (publish(Subject="s" * 101), "100"),
    "a line break in a subject": (publish(Subject="Airstrike\nBcc: all"), "printable ASCII"),
    "a bell in a subject": (publish(Subject="Airstrike\x07"), "printable ASCII"),
    "a delete in a subject": (publish(Subject="Airstrike\x7f"), "printable ASCII"),
    "Cyrillic in a subject": (publish(Subject="Удар"), "printable ASCII"),
    "a subject that starts with a space": (publish(Subject=" Airstrike"), "start with a space"),
    "no message": (publish(Message=None), "Message"),
    "an empty message": (publish(Message="", MessageStructure=None), "Message"),
    "one byte too many": (
        publish(Message="a" * 262_145, MessageStructure=None, MessageAttributes=None),
        "262144",
    ),
    "too many bytes in few characters": (publish(Message="é" * 131_073, MessageStructure=None), "262144"),
    "attributes that tip the size": (publish(Message="a" * 262_140, MessageStructure=None), "262144"),
    "a structure that is not json": (publish(MessageStructure="xml"), "MessageStructure"),
    "json that does not parse": (publish(Message="{"), "valid JSON"),
    "json that is a list": (publish(Message='["default"]'), "JSON object"),
    "no default": (publish(Message='{"email": "whole"}'), "default"),
    "a default that is a number": (publish(Message='{"default": 1}'), "default"),
    "an email that is null": (publish(Message=bodies(email=None)), "email"),
    "an sms of three parts": (publish(Message=bodies(sms="a" * 307)), "3 parts"),
    "an sms over 1,600 characters": (publish(Message=bodies(sms="a" * 1601)), "1600"),
    "a control character behind a JSON escape": (publish(Message=bodies(email="a\x00b")), "U+0000"),
    "a lone surrogate behind a JSON escape": (publish(Message=bodies(email="a\ud800b")), "U+D800"),
    "a non-character in plain text": (publish(Message="a\ufffe", MessageStructure=None), "U+FFFE"),
    "eleven attributes": (
        publish(MessageAttributes={f"a{n}": {"DataType": "Number", "StringValue": "1"} for n in range(11)}),
        "10 message attributes",
    ),
    "an attribute without a value": (publish(MessageAttributes=attribute("String", "")), "not empty"),
    "an attribute of bytes": (publish(MessageAttributes=attribute("Binary", "x")), "data type"),
    "a number in words": (publish(MessageAttributes=attribute("Number", "high")), "number"),
    "not a number": (publish(MessageAttributes=attribute("Number", "nan")), "number"),
    "an array that is no JSON": (publish(MessageAttributes=attribute("String.Array", "[SY]")), "JSON array"),
    "an array that is a string": (publish(MessageAttributes=attribute("String.Array", '"SY"')), "JSON array"),
    "an array of arrays": (publish(MessageAttributes=attribute("String.Array", '[["SY"]]')), "JSON array"),
    "an array of none": (publish(MessageAttributes=attribute("String.Array", "[]")), "empty"),
    "a control character in an array": (publish(MessageAttributes=attribute("String.Array", '["\\u0007"]')), "U+0007"),
    "a control character in an attribute": (publish(MessageAttributes=attribute("String", "a\x1b")), "U+001B"),
    "an attribute name with a space": (publish(MessageAttributes=attribute("String", "v", "a b")), "name"),
    "an attribute name with a final period": (publish(MessageAttributes=attribute("String", "v", "a.")), "name"),
    "a reserved attribute name": (publish(MessageAttributes=attribute("String", "v", "AWS.x")), "reserves"),
}


@pytest.mark.parametrize("arguments", TAKEN.values(), ids=TAKEN)
def test_what_sns_takes_passes(arguments: dict[str, Any]) -> None:
    check(arguments)


@pytest.mark.parametrize(("arguments", "rule"), REFUSED.values(), ids=REFUSED)
def test_what_sns_refuses_is_stopped_and_the_rule_named(arguments: dict[str, Any], rule: str) -> None:
    with pytest.raises(ContractError) as stopped:
        check(arguments)

    assert rule in str(stopped.value)


PARTS = {
    "nothing at all": ("", 1),
    "160 of the alphabet": ("a" * 160, 1),
    "161 of the alphabet": ("a" * 161, 2),
    "two full parts": ("a" * 306, 2),
    "one more than two": ("a" * 307, 3),
    "an extension character counts twice": ("a" * 158 + "€", 1),
    "an extension character tips the part": ("a" * 159 + "€", 2),
    "an extension pair is not split between parts": ("a" * 152 + "€" + "a" * 152, 3),
    "accents of the alphabet are free": ("é" * 160, 1),
    "a curly quote makes all of it UCS-2": ("a" * 70 + "’", 2),
    "70 of any script": ("д" * 70, 1),
    "two full parts of any script": ("д" * 134, 2),
    "one more of any script": ("д" * 135, 3),
    "an emoji takes two units": ("\U0001f30d" * 35, 1),
    "36 emoji": ("\U0001f30d" * 36, 2),
    "a surrogate pair is not split between parts": ("\U0001f30d" * 67, 3),
}


@pytest.mark.parametrize(("text", "parts"), PARTS.values(), ids=PARTS)
def test_a_text_message_is_billed_by_the_part(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


def test_the_default_alphabet_has_its_127_characters_and_ten_by_extension() -> None:
    alphabet = [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF and is_gsm7(chr(code))]

    assert len(alphabet) == 127 + 10
    assert "ç" not in alphabet  # The table has the capital alone.
