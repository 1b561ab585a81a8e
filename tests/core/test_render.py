"""What a reader gets: the facts, whose they are, and nothing that a feed could forge."""

import re
from dataclasses import replace
from datetime import datetime

import pytest

from shared.core.render import to_publish
from shared.core.sns_contract import SMS_PREFIX, check, sms_parts
from shared.detect import load_lexicon
from shared.types import Certainty, ClaimKind, Codes, Place, Precision, Story
from tests.core.render_cases import (
    ALLEGED,
    BREACH,
    ID,
    KILLED,
    MONITOR,
    REPORT,
    STORY,
    TOLL,
    TOWN,
    TRIGGER,
    WOUNDED,
    counted,
    message_of,
    unwrapped,
    with_report,
)


def test_a_part_of_the_dead_told_further_down_does_not_widen_the_headline() -> None:
    part = replace(KILLED, value=2, min=2, max=2, by="NBC News", verb="", certainty=Certainty.REPORTED)
    message = message_of(with_report(claims=(KILLED, part)))

    assert " - 62 killed (Russian Defense Ministry)" in message.subject
    assert "2 to 62" not in message.bodies["sms"]
    assert "NBC News, in its own voice: 2 killed" in unwrapped(message.bodies["email"])


# --- the usual alert -----------------------------------------------------------------------------------------


SAYS = {
    "what, how sure of it, where": "Airstrike, claimed: Deir ez-Zor (Deir el-Zour), Syria",
    "that it is unconfirmed": "UNCONFIRMED: one source only.",
    "the dead and who says so": "Russian Defense Ministry: 62 killed, claimed [text 1024-1132]",
    "the wounded and who says so": "Russian Defense Ministry: 100 wounded, claimed [text 1024-1132]",
    "the breach and who alleges it": "Ceasefire violation: alleged by Vitaly Churkin",
    "the words of the allegation": '"Mr Churkin held that Washington had broken the truce." [text 2310-2370]',
    "the sentence and where it stands": 'the dead of the raid at 62 and the wounded at 100" [text 1024-1132]',
    "precision and coordinates": "placed to the city, 35.336 40.141",
    "when, and of what": "When the story was first published 2016-09-17 20:14 UTC",
    "how sure and why": "Possible: one source (NBC News).",
    "that one side alone counts": "All figures rest on the word of one: Russian Defense Ministry.",
    "rule, version and quoted words": 'rule airstrike/1 on "airstrikes" [title 5-15]',
    "publisher and title": "1. NBC News: Raid may have hit Syrian soldiers",
    "the link": "https://news.example/raid",
    "the archive": "archive articles/dt=2016-09-17/article-a.json sha256 " + "5f" * 32,
    "ACLED's code": "ACLED Explosions/Remote violence / Air/drone strike",
}


@pytest.mark.parametrize("words", SAYS.values(), ids=SAYS)
def test_an_email_says(words: str) -> None:
    assert words in unwrapped(message_of(STORY).bodies["email"])


def test_an_email_answers_first() -> None:
    lines = message_of(STORY).bodies["email"].splitlines()

    assert lines[:4] == [
        "Airstrike, claimed: Deir ez-Zor (Deir el-Zour), Syria",
        "62 killed, 100 wounded (Russian Defense Ministry)",
        "Ceasefire violation alleged by Vitaly Churkin",
        "UNCONFIRMED: one source only.",
    ]


def test_an_email_ends_with_the_incident_and_its_revision() -> None:
    body = message_of(STORY).bodies["email"]

    assert body.endswith(f"\nIncident {ID}, revision 1\n")


def test_a_subject_says_what_where_and_how_many() -> None:
    subject = message_of(STORY).subject

    assert subject == "Airstrike, claimed: Deir ez-Zor, Syria - 62 killed (Russian Defense Ministry)"


def test_a_text_message_says_it_in_one_part() -> None:
    sms = message_of(STORY).bodies["sms"]

    assert sms == (
        "HIGH airstrike, Deir ez-Zor SY: 62 killed, 100 wounded (Russian Defense Ministry), "
        f"ceasefire violation alleged. Claimed, unconfirmed. Id {ID}"
    )
    assert sms_parts(SMS_PREFIX + sms) == 1


def test_subscriptions_can_filter_by_the_attributes() -> None:
    attributes = to_publish(message_of(STORY))["MessageAttributes"]

    assert attributes == {
        "category": {"DataType": "String.Array", "StringValue": '["airstrike", "ceasefire_violation"]'},
        "severity": {"DataType": "Number", "StringValue": "70"},
        "certainty": {"DataType": "String", "StringValue": "claimed"},
        "status": {"DataType": "String", "StringValue": "new"},
        "country": {"DataType": "String.Array", "StringValue": '["SY"]'},
        "incident_id": {"DataType": "String", "StringValue": ID},
        "lang": {"DataType": "String", "StringValue": "en"},
        "sms": {"DataType": "String", "StringValue": "yes"},
    }


def test_subscriptions_can_filter_by_flags_where_there_are_any() -> None:
    attributes = to_publish(message_of(with_report(flags=("friendly_fire", "protected_object"))))["MessageAttributes"]

    assert attributes["flags"] == {  # type: ignore[index]
        "DataType": "String.Array",
        "StringValue": '["friendly_fire", "protected_object"]',
    }


# --- what it was, in the words of people ------------------------------------------------------------------------

CATEGORIES = {
    "abduction": "Abduction",
    "access_blocked": "Access blocked",
    "airspace_incident": "Airspace incident",
    "airstrike": "Airstrike",
    "armed_clash": "Armed clash",
    "attack_on_civilians": "Attack on civilians",
    "ceasefire_agreed": "Ceasefire agreed",
    "ceasefire_collapse": "Ceasefire collapse",
    "ceasefire_declared": "Ceasefire declared",
    "ceasefire_extended": "Ceasefire extended",
    "ceasefire_holding": "Ceasefire holding",
    "ceasefire_proposed": "Ceasefire proposed",
    "ceasefire_violation": "Ceasefire violation",
    "chemical": "Chemical attack",
    "displacement": "Displacement",
    "drone_strike": "Drone strike",
    "grenade": "Grenade attack",
    "ied_mine": "IED or mine",
    "missile_rocket": "Missile or rocket attack",
    "negotiation": "Negotiation",
    "prisoner_exchange": "Prisoner exchange",
    "shelling": "Shelling",
    "small_arms_fire": "Small-arms fire",
    "suicide_attack": "Suicide attack",
    "territory_change": "Territory change",
    "threat": "Threat",
    "troop_movement": "Troop movement",
}


@pytest.mark.parametrize(("category", "words"), CATEGORIES.items(), ids=CATEGORIES)
def test_every_channel_names_a_category_as_people_do(category: str, words: str) -> None:
    message = message_of(with_report(category=category))

    assert message.subject.startswith(f"{words}, claimed: Deir ez-Zor")
    assert message.bodies["email"].startswith(f"{words}, claimed: Deir ez-Zor")
    in_a_sentence = words if words == "IED or mine" else words.lower()
    assert message.bodies["sms"].startswith(f"HIGH {in_a_sentence}, Deir ez-Zor SY: 62 killed")


def test_there_are_words_for_every_packaged_category() -> None:
    assert sorted(CATEGORIES) == sorted(rule.category for rule in load_lexicon().rules if not rule.is_flag)


def test_a_kind_is_told_where_it_says_more() -> None:
    message = message_of(with_report(category="ied_mine", kind="car_bomb", claims=(KILLED, WOUNDED)))

    assert message.subject == (
        "IED or mine (car bomb), claimed: Deir ez-Zor, Syria - 62 killed (Russian Defense Ministry)"
    )
    assert message.bodies["email"].startswith("IED or mine (car bomb), claimed: Deir ez-Zor")
    assert message.bodies["sms"].startswith("HIGH IED or mine (car bomb), Deir ez-Zor SY: 62 killed, 100 wounded")


KINDS = {
    "as the sources tell it": (("car_bomb", "roadside_bomb", "car_bomb"), "IED or mine (car bomb, roadside bomb), "),
    "where one source tells none": (("", "car_bomb"), "IED or mine (car bomb), "),
    "as people say it": (("mine",), "IED or mine (a mine), "),
    "that says the same again": (("IED_or_mine",), "IED or mine, "),
    "without a letter": (("__",), "IED or mine, "),
}


@pytest.mark.parametrize(("kinds", "words"), KINDS.values(), ids=KINDS)
def test_a_kind_is_told(kinds: tuple[str, ...], words: str) -> None:
    reports = [replace(REPORT, id=str(at), category="ied_mine", kind=kind) for at, kind in enumerate(kinds)]

    email = message_of(*(replace(STORY, report=report, url="") for report in reports)).bodies["email"]

    assert email.startswith(words)


def test_a_kind_goes_before_a_figure_loses_its_owner() -> None:
    story = with_report(category="missile_rocket", kind="multiple_launch_rocket_system")

    message = message_of(story)

    assert message.subject == (
        "Missile or rocket attack, claimed: Deir ez-Zor, Syria - 62 killed (Russian Defense Ministry)"
    )
    assert message.bodies["sms"].startswith("HIGH missile or rocket attack, Deir ez-Zor SY: 62 killed, 100 wounded (Ru")
    assert message.bodies["email"].startswith("Missile or rocket attack (multiple launch rocket system), claimed: ")


HOSTILE_NAMES = {
    "200 characters": ("bridge_" * 30)[:200],
    "another script": "جسر_" * 50,
    "a line break": "car\r\nBcc:_all",
    "signs that count twice": "\U0001f4a5" * 200,
}


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_whatever_an_operator_calls_things_a_message_is_one(name: str) -> None:
    story = with_report(category=name, kind=name, flags=(name, "friendly_fire"))

    message = message_of(story)

    check(to_publish(message))
    assert sms_parts(SMS_PREFIX + message.bodies["sms"]) <= 2
    assert "62 killed" in message.subject
    assert ": 62 killed, 100 wounded (Russian Def" in message.bodies["sms"]
    assert "Possibly friendly fire, claimed" in message.bodies["email"].splitlines()


# --- what else is true of it ------------------------------------------------------------------------------------


def test_a_flag_is_told_at_once_and_no_surer_than_it_is() -> None:
    alleged = replace(REPORT, id="report-b", certainty=Certainty.ALLEGED, flags=("friendly_fire",))

    lines = (
        message_of(with_report(flags=("protected_object",)), replace(STORY, report=alleged, url=""))
        .bodies["email"]
        .splitlines()
    )

    assert lines[2:4] == ["Protected object or person hit, claimed", "Possibly friendly fire, alleged"]


def test_a_text_message_tells_a_broken_truce_before_a_flag_and_a_flag_before_an_owner_in_full() -> None:
    breach, flag = (
        message_of(with_report(claims=claims, flags=("protected_object",), severity=80)).bodies["sms"]
        for claims in ((KILLED, WOUNDED, ALLEGED), (KILLED, WOUNDED))
    )

    assert "(Russian Defense Ministry), ceasefire violation alleged. " in breach
    assert "(Russian Def. Min.), protected object or person hit. " in flag


def test_a_text_message_says_how_sure_a_flag_is_where_the_rest_is_surer() -> None:
    alleged = replace(REPORT, id="report-b", certainty=Certainty.ALLEGED, claims=(), flags=("friendly_fire",))

    sms = message_of(with_report(claims=()), replace(STORY, report=alleged, url="")).bodies["sms"]

    assert "SY: possibly friendly fire (alleged). Claimed, " in sms


def test_a_text_message_drops_a_flag_before_a_figure() -> None:
    claims = (KILLED, replace(WOUNDED, by=MONITOR), counted(ClaimKind.MISSING, 7))

    sms = message_of(with_report(claims=claims, flags=("friendly_fire", "protected_object"))).bodies["sms"]

    assert "62 killed, 7 missing (Russian Defense Ministry), 100 wounded (Syrian" in sms
    assert sms_parts(SMS_PREFIX + sms) == 1


def test_what_nobody_tells_any_more_has_no_flag_but_reaches_those_who_asked_for_it() -> None:
    told = with_report(flags=("friendly_fire",))
    message = message_of(told, replace(told, revision=1, is_withdrawn=True))

    assert "friendly fire" not in message.bodies["email"] + message.bodies["sms"]
    assert message.attributes["flags"] == ["friendly_fire"]


# --- particular cases ----------------------------------------------------------------------------------------


EMAILS = {
    "a floor": (
        with_report(claims=(counted(ClaimKind.KILLED, 13, low=13),)),
        ["at least 13 killed (Russian Defense Ministry)", "Russian Defense Ministry: at least 13 killed"],
        [],
    ),
    "a ceiling": (with_report(claims=(counted(ClaimKind.KILLED, None, high=80),)), [": up to 80 killed, claimed"], []),
    "an estimate": (
        with_report(claims=(replace(counted(ClaimKind.KILLED, 30), min=None, max=None),)),
        [": about 30 killed, claimed"],
        [],
    ),
    "a range": (
        with_report(claims=(counted(ClaimKind.KILLED, 12, low=10, high=15),)),
        [": 10 to 15 killed, claimed"],
        [],
    ),
    "a figure in the article's own voice": (
        with_report(claims=(counted(ClaimKind.KILLED, 5, "NBC News", ""),)),
        ["NBC News, in its own voice: 5 killed, claimed"],
        [],
    ),
    "no place": (
        with_report(place=None),
        ["Airstrike, claimed: place not stated", "- place not stated"],
        ["Syria,", "placed to"],
    ),
    "a country alone": (
        with_report(place=Place("SY", "Syria", "Syria", "SY", "Syria", None, None, Precision.COUNTRY)),
        ["Airstrike, claimed: Syria 62", "placed to the country, gazetteer id SY"],
        ["Syria, Syria", "(Syria)"],
    ),
    "a name as the gazetteer has it": (
        with_report(place=replace(TOWN, as_written="Deir ez-Zor")),
        ["Deir ez-Zor, Syria"],
        ["(Deir"],
    ),
    "no figures": (with_report(claims=()), ["- no figure of killed or wounded"], ["All figures"]),
    "one figure": (with_report(claims=(KILLED,)), ["The figure rests on the word of one: Russian"], ["All figures"]),
    "the missing and the displaced": (
        with_report(claims=(counted(ClaimKind.MISSING, 7), counted(ClaimKind.DISPLACED, 40_000, low=40_000))),
        [
            "7 missing, at least 40,000 displaced (Russian Defense Ministry)",
            "Russian Defense Ministry: 7 missing, claimed",
            "Russian Defense Ministry: at least 40,000 displaced, claimed",
        ],
        [],
    ),
    "what has no victims": (
        with_report(category="ceasefire_agreed", claims=(), codes=Codes("Strategic developments", "RETREAT", "0871")),
        ["Ceasefire agreed, claimed: Deir ez-Zor", "- the text does not say when it happened"],
        ["no figure of killed", "Who no claim"],
    ),
    "a breach in the words that are quoted as the story's": (
        with_report(category="ceasefire_violation", claims=(replace(ALLEGED, sentence=TOLL),)),
        ["- Ceasefire violation: alleged by Vitaly Churkin [text 1024-1132] In their words"],
        [],
    ),
    "a truce that ended": (
        with_report(
            category="ceasefire_collapse",
            claims=(replace(ALLEGED, sentence=replace(BREACH, rule="ceasefire_collapse/1")),),
            codes=Codes(cameo="196"),
        ),
        ["- Ceasefire collapse: alleged by Vitaly Churkin"],
        ["Ceasefire violation", "alleged ceasefire violation"],
    ),
    "one breach": (
        with_report(category="ceasefire_violation", claims=(counted(ClaimKind.VIOLATION, 1),)),
        ["1 violation (Russian", "1 ceasefire violation: claimed by"],
        [],
    ),
    "breaches that one counts twice and another alleges": (
        with_report(
            category="ceasefire_violation",
            claims=(counted(ClaimKind.VIOLATION, 48), counted(ClaimKind.VIOLATION, 60), ALLEGED),
        ),
        [
            "48 ceasefire violations: claimed by the Russian Defense Ministry",
            "60 ceasefire violations: claimed by the Russian Defense Ministry",
            "Ceasefire violation: alleged by Vitaly Churkin",
        ],
        [],
    ),
    "the summary only": (
        replace(STORY, from_summary=True, raw_sha256=""),
        ["- read in part only: the feed's summary", "sha256 (none: no page was read)"],
        [],
    ),
    "no time": (
        replace(STORY, published_at=None),
        [
            "- page gave no publication time",
            "published at a time not given",
            "the story was first read 2016-09-17 20:20 UTC",
        ],
        [],
    ),
    "a time in another zone": (
        replace(STORY, published_at=datetime.fromisoformat("2016-09-17T22:05:00+03:00")),
        ["published 2016-09-17 19:05 UTC"],
        ["22:05"],
    ),
    "a ceasefire violation": (
        with_report(category="ceasefire_violation", certainty=Certainty.ALLEGED, codes=Codes(cameo="196")),
        ["Ceasefire violation, alleged: Deir ez-Zor", "ACLED none of its own", "CAMEO 196"],
        ["Air/drone strike"],
    ),
    "a rule of the operator's own": (
        with_report(category="bridge_blown", codes=Codes()),
        ["Bridge blown", "ACLED none of its own"],
        [],
    ),
}


@pytest.mark.parametrize(("story", "present", "absent"), EMAILS.values(), ids=EMAILS)
def test_an_email_on(story: Story, present: list[str], absent: list[str]) -> None:
    text = unwrapped(message_of(story).bodies["email"])

    assert [words for words in present if words not in text] == []
    assert [words for words in absent if words in text] == []


SUBJECTS = {
    "accents fold": (with_report(place=replace(TOWN, name="Ağrı", country_name="Türkiye")), "Agri, Turkiye"),
    "typography folds": (with_report(place=replace(TOWN, name="‘Ayn al—‘Arab")), "'Ayn al-'Arab, Syria"),
    "another script leaves the country": (with_report(place=replace(TOWN, name="دير الزور")), ": Syria - 62 killed"),
    "no Latin name at all leaves the country's code": (
        with_report(place=replace(TOWN, name="دير", as_written="دير", country_name="سوريا")),
        ": SY - 62 killed",
    ),
    "no place": (with_report(place=None), "Airstrike, claimed: place not stated - 62"),
    "a line break cannot start a header": (
        with_report(place=replace(TOWN, name="Homs\r\nBcc: all@example.org")),
        "Homs Bcc: all@example.org, Syria",
    ),
    "an owner in another script": (
        with_report(claims=(counted(ClaimKind.KILLED, 62, "وزارة الدفاع"),)),
        "62 killed (see below)",
    ),
    "a long owner is cut at a word": (
        with_report(
            claims=(counted(ClaimKind.KILLED, 62, "The permanent joint committee of the united front of the river"),)
        ),
        "62 killed (permanent joint committee of the united.)",
    ),
}


@pytest.mark.parametrize(("story", "words"), SUBJECTS.values(), ids=SUBJECTS)
def test_a_subject_where(story: Story, words: str) -> None:
    subject = message_of(story).subject

    assert words in subject
    assert len(subject) <= 100


TEXTS = {
    "curly quotes and dashes do not cost the alphabet": (
        with_report(place=replace(TOWN, name="Ma’arrat – North")),
        "Ma'arrat - North SY: 62 killed, 100 wounded (Russian Defense Ministry)",
        1,
    ),
    "accents that the alphabet has stay, others fold": (
        with_report(place=replace(TOWN, name="Zürich Łódź")),
        "Zürich Lodz SY",
        1,
    ),
    "another script takes two parts and keeps the figures": (
        with_report(place=replace(TOWN, name="دير الزور")),
        "دير الزور SY: 62 killed",
        2,
    ),
    "an owner in another script does not cost the alphabet": (
        with_report(claims=(counted(ClaimKind.KILLED, 62, "وزارة الدفاع الروسية في موسكو"),)),
        "62 killed (who says so: see email)",
        1,
    ),
    "no place": (with_report(place=None), "HIGH airstrike, place not stated: 62 killed", 1),
    "a truce that ended, which is told once": (
        with_report(category="ceasefire_collapse", claims=(ALLEGED,)),
        "HIGH ceasefire collapse, Deir ez-Zor SY. Claimed",
        1,
    ),
    "the displaced": (
        with_report(claims=(replace(counted(ClaimKind.DISPLACED, 40_000), min=None, max=None),)),
        "SY: about 40,000 displaced (Russian Defense Ministry)",
        1,
    ),
    "no figures, a breach": (with_report(claims=(ALLEGED,)), "SY: ceasefire violation alleged. Claimed", 1),
    "nothing but the event": (
        with_report(claims=()),
        "HIGH airstrike, Deir ez-Zor SY. Claimed, unconfirmed. 20:14 UTC. Id ",
        1,
    ),
    "a breach is not told twice": (
        with_report(category="ceasefire_violation", claims=(ALLEGED,)),
        "HIGH ceasefire violation, Deir ez-Zor SY. Claimed",
        1,
    ),
    "critical from 80": (with_report(severity=80), "CRITICAL airstrike", 1),
    "high below 80": (with_report(severity=79), "HIGH airstrike", 1),
    "high from 60": (with_report(severity=60), "HIGH airstrike", 1),
    "medium below 60": (with_report(severity=59), "MEDIUM airstrike", 1),
    "low below 40": (with_report(severity=39), "LOW airstrike", 1),
    "place and kind of signs that count twice": (
        with_report(category="\U00010330" * 24, place=replace(TOWN, name="\U00010331" * 60, country="\U00010332")),
        "Claimed, unconfirmed. Id ",
        2,
    ),
}


@pytest.mark.parametrize(("story", "words", "parts"), TEXTS.values(), ids=TEXTS)
def test_a_text_message_where(story: Story, words: str, parts: int) -> None:
    sms = message_of(story).bodies["sms"]

    assert words in sms
    assert sms_parts(SMS_PREFIX + sms) == parts


LINKS = {
    "https": ("https://news.example/a?b=c&d=e#f", "https://news.example/a?b=c&d=e#f"),
    "http with a port": ("http://news.example:8080/a", "http://news.example:8080/a"),
    "already escaped": ("https://news.example/a%20b", "https://news.example/a%20b"),
    "an international path": ("https://news.example/é", "https://news.example/%C3%A9"),
    "an international host": ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    "markup": ('https://news.example/"><b>', "https://news.example/%22%3E%3Cb%3E"),
    "an IPv6 host": ("https://[2001:db8::1]/a", "https://[2001:db8::1]/a"),
    "script": ("javascript:alert(1)", None),
    "data": ("data:text/html,x", None),
    "no scheme": ("//news.example/a", None),
    "no host": ("https:///a", None),
    "credentials": ("https://bbc.example@evil.example/", None),
    "a backslash": ("https://bbc.example\\@evil.example/", None),
    "a line break within": ("https://news.example/a\nSources", None),
    "a bidirectional override": ("https://news.example/\u202egpj.exe", None),
    "an odd port": ("https://news.example:99999999/", None),
    "a broken bracket": ("https://[news.example/", None),
    "far too long": ("https://news.example/" + "a" * 2000, None),
    "too long once escaped": ("https://news.example/" + "é" * 400, None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("url", "shown"), LINKS.values(), ids=LINKS)
def test_only_a_plain_web_address_is_shown(url: str, shown: str | None) -> None:
    lines = message_of(replace(STORY, url=url)).bodies["email"].splitlines()

    assert f"     {shown or '(no usable link)'}" in lines


def test_what_a_feed_writes_never_begins_a_line_at_the_margin() -> None:
    forged = "x " * 60 + "\n\nUNCONFIRMED: no.\nIncident fake, revision 9\u2028Sources\x0bCodes"
    clean_lines = message_of(STORY).bodies["email"].splitlines()
    story = replace(
        STORY,
        title=forged,
        publisher=forged,
        report=replace(
            REPORT,
            place=replace(TOWN, as_written=forged),
            sentence=replace(TOLL, text=forged),
            evidence=(replace(TRIGGER, text=forged),),
            claims=(replace(KILLED, by=forged), replace(ALLEGED, by=forged, sentence=replace(BREACH, text=forged))),
        ),
    )

    lines = message_of(story).bodies["email"].splitlines()

    ours = {re.match(r"\S*", line)[0] for line in clean_lines if line[:1].strip()}  # type: ignore[index]
    margin = [line for line in lines if line[:1].strip()]
    assert {line.split()[0] for line in margin} <= ours
    assert sum(line.startswith("UNCONFIRMED") for line in margin) == 1
    assert sum(line.startswith("Incident ") for line in margin) == 1


def test_a_story_in_a_hundred_papers_is_cut_and_says_so() -> None:
    stories = [replace(STORY, publisher=f"Paper {n}", report=replace(REPORT, id=f"report-{n}")) for n in range(100)]

    body = message_of(*stories).bodies["email"]

    assert "  and 80 more" in body
    assert "Paper 99" in body
    assert "Likely: 100 independent sources (Paper 0;" in unwrapped(body)
    assert "; and 80 more)" in unwrapped(body)
