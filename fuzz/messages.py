"""`python -m fuzz.messages [--headlines N]`: random headlines through every renderer of messages.  Prints.

Each headline stands for whatever feeds and pages write: titles, names, sentences, places, addresses.  Fails with the
first that loses a field, breaks SNS's contract, or lets a sign through that no reader must meet.
"""

import argparse
import json
import random
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from shared.core.incidents import told_by
from shared.core.render import Message, render_burst, render_message, to_publish
from shared.core.render.message import PROGRAMS
from shared.core.render.text import clean, fold_gsm7, is_name
from shared.core.severity import severity_word
from shared.core.sns_contract import SMS_PREFIX, check, is_gsm7, sms_parts
from shared.errors import ContractError
from shared.types import (
    ALERTABLE,
    Alert,
    Certainty,
    Claim,
    ClaimKind,
    Codes,
    Edit,
    Evidence,
    Field,
    Incident,
    Place,
    Precision,
    Report,
    Status,
    Story,
    Told,
    Traits,
)

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SCHEMA = Path(__file__).parent.parent / "docs" / "alert.schema.json"
ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Kiritimati", "America/St_Johns")
STATUS_WORDS = {Status.NEW: "", Status.UPDATE: "Update", Status.CORRECTION: "Correction", Status.CLOSED: "Closed"}

_ENGLISH = "airstrike kills wounded shelling ceasefire says ministry near Aleppo Gaza Kyiv 62 dozens of the in after"
_OTHERS = "حلب غارة قتلى Харків удар 空襲 공습 हमला ირანი Škofja Ürümqi Đà Nẵng Æthelred"
_WORDS = [*_ENGLISH.split(), *_OTHERS.split()]
_TRAPS = (
    *("<script>alert(1)</script>", "<b>", "]]>", "&amp;", "&#x202e;", "{{7*7}}", "${x}", "%0d%0aBcc: a@b.example"),
    *(
        "\r\nBcc: all@example.org",
        "\u202etxt.exe\u202c",
        "\u2066\u2069",
        "\u200b",
        "\ufeff",
        "\x00",
        "\x1b[31m",
        "\x85",
    ),
    *("\u2028", "\ud800", "\udfff", "\U000e0041", "\ue000", "\uffff", "\u0300" * 40, "\ufdfd" * 30, "\U0001f4a5" * 20),
    *(
        '"',
        "\\",
        "'",
        "`",
        "|",
        "^{}[]~",
        "€",
        "\t",
        "https://evil.example/\u202e",
        "=HYPERLINK(1)",
        "@here",
        "\x7f\x85",
    ),
)
_SCRIPTS = ((0x20, 0x7E), (0, 0x2FF), (0x370, 0x6FF), (0x900, 0xDFF), (0x2000, 0x2FFF), (0x3040, 0x9FFF), (0, 0x10FFFF))


def headline(chance: random.Random) -> str:
    """Something that a feed could write."""
    parts = []
    for _ in range(chance.choice((0, 1, 3, 8, 20, 60))):
        kind = chance.random()
        if kind < 0.5:
            parts.append(chance.choice(_WORDS))
        elif kind < 0.75:
            parts.append(chance.choice(_TRAPS))
        else:
            low, high = chance.choice(_SCRIPTS)
            parts.append("".join(chr(chance.randint(low, high)) for _ in range(chance.randint(1, 12))))
    return chance.choice((" ", " ", "")).join(parts)


def incident(chance: random.Random) -> tuple[Incident, Alert]:
    """An incident of one to six stories in which every text is a headline or what it should be, and its last alert."""
    place, category = _place(chance), _or(chance, "airstrike", "ceasefire_violation", "ied_mine")
    stories = [_story(chance, number, place, category) for number in range(chance.choice((1, 1, 2, 3, 6)))]
    ids = tuple(f"k{number}rtd5xwtp" for number in range(chance.choice((0, 0, 1, 8))))
    revision = chance.randint(1, 40)
    record = Incident(
        id="kxtrd5xwtp",
        group="strike.sy",
        revision=revision,
        category=category,
        certainty=Certainty.CLAIMED,
        severity=50,
        place=place,
        day=date(2026, 3, 4),
        opened_on=date(2026, 3, 4),
        first_seen_at=NOW,
        last_seen_at=NOW,
        stories=(),
        maybe_same=ids,
        also=ids[:3],
    )
    record = told_by(record, stories)
    told = Told(record.certainty, record.severity, place)
    alert = Alert(
        id=f"{record.id}-r{revision}",
        status=chance.choice(list(Status)),
        revision=revision,
        why=_or(chance, "killed: 62 -> 80 (Syrian Observatory for Human Rights)"),
        tells=told,
        decided_at=NOW,
        due_at=NOW,
        report_id=chance.choice(stories).report.id,
    )
    before = replace(alert, status=Status.NEW, revision=revision - 1)
    return replace(record, alerts=(before, alert)), alert


def _or(chance: random.Random, *usual: str) -> str:
    return chance.choice(usual) if chance.random() < 0.4 else headline(chance)


def _place(chance: random.Random) -> Place | None:
    if chance.random() < 0.2:
        return None
    return Place(
        _or(chance, "170794"),
        _or(chance, "Deir ez-Zor", "Homs"),
        _or(chance, "Deir el-Zour"),
        _or(chance, "SY", "PS", ""),
        _or(chance, "Syria"),
        chance.choice((None, 35.33588)),
        chance.choice((None, 40.14084)),
        chance.choice(list(Precision)),
    )


def _said(chance: random.Random) -> Evidence:
    return Evidence(_or(chance, "airstrike/3"), chance.choice(list(Field)), 10, 20, _or(chance, "62 were killed."))


def _claim(chance: random.Random) -> Claim:
    low = chance.choice((None, -5, 0, 13, 62, 10**12))
    return Claim(
        chance.choice(list(ClaimKind)),
        _or(chance, "The Russian Defence Ministry", "the army"),
        _or(chance, "said", ""),
        chance.choice([*sorted(ALERTABLE), Certainty.DENIED]),
        _said(chance),
        chance.choice((None, low, 80)),
        low,
        chance.choice((None, low, 90)),
    )


def _story(chance: random.Random, number: int, place: Place | None, category: str) -> Story:
    report = Report(
        id=f"report-{number}",
        article_id=f"article-{number}",
        category=category,
        certainty=chance.choice([*sorted(ALERTABLE), *sorted(ALERTABLE), Certainty.DENIED]),
        severity=chance.randint(0, 100),
        score=chance.random(),
        place=place,
        claims=tuple(_claim(chance) for _ in range(chance.choice((0, 1, 2, 5)))),
        evidence=tuple(_said(chance) for _ in range(chance.choice((0, 1, 3)))),
        sentence=_said(chance),
        kind=_or(chance, "", "car_bomb"),
        flags=tuple(_or(chance, "friendly_fire") for _ in range(chance.choice((0, 0, 1, 4)))),
        codes=Codes(_or(chance, ""), _or(chance, "ASSAULT"), _or(chance, "195")),
    )
    published_at = chance.choice((None, NOW - timedelta(minutes=number)))
    return Story(
        report=report,
        url=chance.choice(("", "https://news.example/", "javascript:", "http://")) + headline(chance),
        title=headline(chance),
        publisher=_or(chance, "NBC News", "BBC News"),
        published_at=published_at,
        article_key=_or(chance, "articles/a.json"),
        raw_sha256=_or(chance, "5f" * 32),
        from_summary=chance.random() < 0.2,
        correlation_id="",
        edits=tuple(Edit(headline(chance), headline(chance)) for _ in range(chance.choice((0, 0, 1, 5)))),
        is_withdrawn=chance.random() < 0.1,
        read_at=NOW,
        traits=Traits(wire=_or(chance, "", "reuters"), is_day_told=chance.random() < 0.3),
    )


def problems(message: Message, status: Status, *, is_exercise: bool = False) -> Iterator[str]:
    """What is wrong with a message whatever it tells, each with the name of its kind first."""
    try:
        check(to_publish(message))
    except ContractError as error:
        yield f"contract: {error}"
    sms, email, data = message.bodies["sms"], message.bodies["email"], message.bodies["https"]
    if any(message.bodies[protocol] != data for protocol in PROGRAMS):
        yield "lost: programs get different objects"
    for name, text in {**message.bodies, "subject": message.subject}.items():
        if name in PROGRAMS[1:]:
            continue
        plain = text.replace("\n", "") if name in {"email", "default"} else text
        if found := _unseen(plain):
            yield f"sign: {name} holds {found}"
    if set(data) & set("<>&"):
        yield "markup: a tag could begin in the JSON"
    wide = [line for line in email.splitlines() if len(line) > 78 and not line.startswith(_WIDE)]
    if wide:
        yield f"contract: a line of {len(wide[0])} columns: {wide[0]!r}"
    try:
        document = json.loads(data)
    except ValueError as error:
        yield f"json: {error}"
        return
    for wrong in _validator().iter_errors(document):
        yield f"json: {wrong.json_path} {wrong.message[:200]}"
    if found := _unseen("".join(_texts(document)).replace("\n", "")):
        yield f"sign: JSON holds {found}"
    start = "EXERCISE" if is_exercise else STATUS_WORDS[status] if document["type"] == "alert" else ""
    for name, text in {"subject": message.subject, "sms": sms, "headline": document["headline"]}.items():
        if not text.startswith(start):
            yield f"lost: {name} does not begin with {start}"
    if not email.startswith(start if is_exercise else start.upper()):
        yield f"lost: email does not begin with {start}"


def lost(told: Incident, message: Message) -> Iterator[str]:
    """What the message of one alert does not say and must, and where."""
    sms, email, document = message.bodies["sms"], message.bodies["email"], json.loads(message.bodies["https"])
    sure = "Withdrawn" if document["is_withdrawn"] else told.certainty.capitalize()
    wanted = {
        "severity": f"{severity_word(told.severity).upper()} ",
        "certainty": f". {sure}",
        "id": f" Id {told.id}",
        "place": ", place not stated" if told.place is None else ", ",
    }
    category = fold_gsm7(clean(told.category.replace("_", " "), 40))
    if told.category != "ied_mine" and is_gsm7(category) and is_name(category):
        wanted["category"] = category[:17].strip()
    if told.place is not None:
        name = fold_gsm7(clean(told.place.name, 60))[:5].strip()
        wanted["place"] += name if is_gsm7(name) and is_name(name) and is_gsm7(sms) else ""
        if ":" not in name and not re.search(r", [^:]*\w", sms):
            yield "lost: place in the SMS"
    yield from (f"lost: {name} in the SMS" for name, words in wanted.items() if words not in sms)
    if sms_parts(SMS_PREFIX + sms) > 2:
        yield "contract: SMS of three parts"
    said = {
        "certainty": f", {sure.lower()}: ",
        "severity": f"Severity  {told.severity} of 100",
        "id": f"\nIncident {told.id}, ",
    }
    yield from (f"lost: {name} in the email" for name, words in said.items() if words not in _unwrapped(email))
    if message.attributes["severity"] != told.severity or document["incident_id"] != told.id:
        yield "lost: severity or id for programs"


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_WIDE = ("     http://", "     https://", "     archive ", "     sha256 ")


def _unseen(text: str) -> list[str]:
    """The signs that no reader must meet; no printable text holds any."""
    return (
        [] if text.isprintable() else sorted({hex(ord(each)) for each in text if unicodedata.category(each) in _UNSEEN})
    )


def _unwrapped(email: str) -> str:
    return email.replace("\n    ", " ")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz.messages", description=__doc__)
    parser.add_argument("--headlines", type=int, default=10_000, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=5, help="another one, other headlines (default: %(default)s)")
    asked = parser.parse_args(arguments)
    chance = random.Random(asked.seed)  # noqa: S311 - the same headlines again for the same seed
    found: Counter[str] = Counter()
    parts: Counter[int] = Counter()
    largest, bursts, began = 0, 0, time.monotonic()
    recent: list[tuple[Incident, Alert]] = []
    for number in range(asked.headlines):
        told, alert = incident(chance)
        is_exercise = chance.random() < 0.1
        message = render_message(told, alert, zone=chance.choice(ZONES), is_exercise=is_exercise)
        wrong = [*problems(message, alert.status, is_exercise=is_exercise), *lost(told, message)]
        recent.append((told, alert))
        if len(recent) == 12:
            burst = render_burst(recent, chance.choice(("SY", "", headline(chance))), zone=chance.choice(ZONES))
            wrong += problems(burst, Status.NEW)
            largest = max(largest, len(json.dumps(to_publish(burst), ensure_ascii=False).encode("utf-8", "replace")))
            recent, bursts = [], bursts + 1
        if wrong and not found:
            print(f"headline {number}:", *wrong, sep="\n  ")
        found.update(each.partition(":")[0] for each in wrong)
        parts[sms_parts(SMS_PREFIX + message.bodies["sms"])] += 1
        largest = max(largest, len(json.dumps(message.bodies, ensure_ascii=False).encode()))
    seconds = time.monotonic() - began
    print(f"{asked.headlines} headlines, {bursts} bursts, {seconds:.0f} s; largest message {largest:,} bytes")
    print("SMS of", ", ".join(f"{count} parts: {times}" for count, times in sorted(parts.items())))
    print(*(f"{kind}: {found[kind]}" for kind in ("contract", "lost", "sign", "markup", "json")), sep=", ")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
