"""What a reader gets after the first alert: what changed comes first, and every source keeps its own words."""

from dataclasses import replace
from datetime import date

import pytest

from shared.core.alerts import tells
from shared.core.incidents import told_by
from shared.core.render import render_message, render_sms_budget
from shared.core.sns_contract import SMS_PREFIX, sms_parts
from shared.types import AlertState, Certainty, ClaimKind, Edit, Status, Story, Traits
from tests.core.render_cases import (
    DENIED,
    ID,
    KILLED,
    MONITOR,
    OBSERVATORY,
    REPORT,
    SECOND,
    STORY,
    TOLL,
    counted,
    incident_of,
    message_of,
    printed,
    unwrapped,
    with_report,
)

ROSE = "killed: 62 (Russian Defense Ministry) -> 80 (Syrian Observatory for Human Rights)"
TAKEN_BACK = "killed: 62 (Russian Defense Ministry) is told no more"
LATER = {"minutes": 90}
UNALLEGED = with_report(claims=(KILLED,))


def test_who_follows_breaches_of_truces_hears_that_one_is_alleged_no_more() -> None:
    incident, new = incident_of(STORY)
    sent = replace(new, state=AlertState.SENT)
    taken_back = replace(new, status=Status.CORRECTION, revision=2, tells=tells(told_by(incident, [UNALLEGED])))
    corrected = replace(told_by(incident, [UNALLEGED]), alerts=(sent, taken_back))

    before, after = render_message(incident, new), render_message(corrected, taken_back)

    assert before.attributes["category"] == after.attributes["category"] == ["airstrike", "ceasefire_violation"]
    assert render_message(replace(corrected, alerts=(taken_back,)), taken_back).attributes["category"] == "airstrike"


# --- what changed comes first --------------------------------------------------------------------------------


def test_an_update_tells_the_change_in_its_first_line_and_sets_the_figures_side_by_side() -> None:
    body = message_of(STORY, SECOND, status=Status.UPDATE, why=f"{ROSE}; denied by U.S. Central Command").bodies[
        "email"
    ]
    text = unwrapped(body)

    assert text.startswith(f"UPDATE: {ROSE}; denied by U.S. Central Command Airstrike, claimed: Deir ez-Zor")
    assert "Killed: 62 to 80 - Russian Defense Ministry: 62 killed, claimed (NBC News, 20:14 UTC) [source 1, " in text
    assert "Syrian Observatory for Human Rights: 80 killed, claimed (BBC News, 20:18 UTC) [source 2, text" in text
    assert "Denial: by U.S. Central Command" in text
    assert "Likely: two independent sources (NBC News; BBC News); no official observer" in text
    assert "UNCONFIRMED" not in body


def test_a_correction_names_what_is_taken_back_before_all_else() -> None:
    message = message_of(STORY, status=Status.CORRECTION, why=TAKEN_BACK)

    assert message.subject == f"Correction: {TAKEN_BACK} - airstrike: Deir ez-Zor, Syria"
    assert message.bodies["email"].startswith(f"CORRECTION: {TAKEN_BACK}\n\nAirstrike, claimed: ")
    assert message.bodies["default"].startswith(f"CORRECTION: {TAKEN_BACK}\n\nAirstrike, claimed: ")
    assert message.bodies["sms"].startswith(f"Correction: {TAKEN_BACK}. HIGH airstrike, Deir ez-Zor SY")
    assert message.attributes["status"] == "correction"


def test_a_long_correction_is_cut_before_what_and_where_are() -> None:
    message = message_of(
        STORY, status=Status.CORRECTION, why="The Meridian Post edited its article: " + "62 -> 26; " * 30
    )

    assert message.subject.startswith("Correction: The Meridian Post edited its article: 62")
    assert message.subject.endswith("... - airstrike: Deir ez-Zor, Syria")
    assert len(message.subject) <= 99
    assert ". HIGH airstrike, Deir ez-Zor SY" in message.bodies["sms"]
    assert f"Id {ID}" in message.bodies["sms"]
    assert sms_parts(SMS_PREFIX + message.bodies["sms"]) == 1


def test_a_correction_in_another_script_says_in_a_subject_what_and_where() -> None:
    message = message_of(STORY, status=Status.CORRECTION, why="قتلى")

    assert message.subject == "Correction: Airstrike, claimed: Deir ez-Zor, Syria"
    assert message.bodies["email"].startswith("CORRECTION: قتلى\n")


def test_a_denial_is_told_among_the_first_lines_and_to_phones() -> None:
    denial = replace(SECOND, report=replace(SECOND.report, claims=(DENIED,), certainty=Certainty.DENIED))

    message = message_of(
        with_report(claims=(KILLED,)), denial, status=Status.UPDATE, why="denied by U.S. Central Command"
    )

    assert "DENIED by U.S. Central Command" in message.bodies["email"].splitlines()[:6]
    assert message.bodies["sms"].startswith("Update: denied by U.S. Central Command. HIGH airstrike")
    closed = message_of(with_report(claims=(KILLED,)), denial, status=Status.CLOSED, why="nothing new").bodies["sms"]
    assert "62 killed (Russian Defense Ministry), denied by U.S. Central Command. Claimed, " in closed


def test_a_denial_by_nobody_in_particular_is_told_too() -> None:
    denial = replace(SECOND, report=replace(SECOND.report, claims=(), certainty=Certainty.DENIED))

    message = message_of(with_report(claims=(KILLED,)), denial, status=Status.CLOSED, why="nothing new")

    assert "DENIED by somebody who is not named" in message.bodies["email"].splitlines()
    assert ", denied by somebody. " in message.bodies["sms"]


def test_what_is_closed_says_so_and_what_is_known_at_the_end() -> None:
    message = message_of(STORY, SECOND, status=Status.CLOSED, why="nothing new for 24 h")

    assert message.subject.startswith("Closed: Airstrike, claimed: Deir ez-Zor, Syria - 62 to 80 killed (Russian Def")
    assert message.bodies["email"].startswith("CLOSED: nothing new for 24 h\n\nAirstrike, claimed: Deir ez-Zor")
    assert message.bodies["sms"].startswith("Closed: HIGH airstrike, Deir ez-Zor SY: 62 to 80 killed (")


def test_an_update_whose_tolls_are_the_same_says_in_a_text_message_what_is_new() -> None:
    sms = message_of(STORY, status=Status.UPDATE, why="certainty: claimed -> observed").bodies["sms"]

    assert sms.startswith("Update: certainty: claimed -> observed. HIGH airstrike, Deir ez-Zor SY: 62 killed")


def test_an_update_without_a_reason_still_is_one() -> None:
    message = message_of(STORY, status=Status.UPDATE, why="")

    assert message.bodies["email"].startswith("UPDATE: see below\n")
    assert message.bodies["sms"].startswith("Update: HIGH airstrike")


def test_an_update_is_marked_in_the_subject_and_names_both_owners_as_far_as_they_fit() -> None:
    subject = message_of(STORY, SECOND, status=Status.UPDATE, why=ROSE).subject

    assert subject.startswith("Update: Airstrike, claimed: Deir ez-Zor, Syria - 62 to 80 killed (Russian Def")
    assert "Syrian Obs" in subject


def test_an_update_by_text_message_drops_the_wounded_before_it_drops_whose_figures_they_are() -> None:
    floor = counted(ClaimKind.KILLED, 80, MONITOR, low=80)
    second = replace(SECOND, report=replace(SECOND.report, claims=(floor,)))

    sms = message_of(STORY, second, status=Status.UPDATE, why=ROSE).bodies["sms"]

    assert sms.startswith("Update: HIGH airstrike, Deir ez-Zor SY: 62 to 80+ killed (Russian Defense Ministry; Syrian")
    assert "2 sources" in sms
    assert "wounded" not in sms
    assert sms_parts(SMS_PREFIX + sms) == 1


# --- edits ---------------------------------------------------------------------------------------------------

EDITED = replace(
    STORY,
    report=replace(REPORT, claims=(counted(ClaimKind.KILLED, 83),)),
    revision=1,
    edits=(Edit("The dead were put at 62.", "The dead were put at 83."), Edit("", "Correction: the toll was wrong.")),
)
WITHDRAWN = replace(STORY, revision=1, edits=(Edit(TOLL.text, ""),), is_withdrawn=True)
NO_MORE = "NBC News edited its article: it is told no longer as having happened"


@pytest.mark.parametrize("status", [Status.UPDATE, Status.CORRECTION])
def test_an_edit_is_told_in_the_words_that_were_and_the_words_that_are(status: Status) -> None:
    body = message_of(STORY, EDITED, status=status, why="NBC News edited its article: killed: 62 -> 83").bodies["email"]

    assert (
        "What was edited\n"
        '  - was "The dead were put at 62."\n'
        '    now "The dead were put at 83."\n'
        "  - was (nothing)\n"
        '    now "Correction: the toll was wrong."\n'
    ) in body
    assert "edited since it was first read" in body


def test_of_many_edits_the_first_are_told_and_the_rest_are_counted() -> None:
    story = replace(EDITED, edits=tuple(Edit(f"It was {n}.", f"It is {n}.") for n in range(5)))

    body = message_of(STORY, story, status=Status.UPDATE, why=ROSE).bodies["email"]

    assert '    now "It is 2."\n  and 2 more\n' in body
    assert "It is 3." not in body


def test_what_another_source_adds_later_is_not_said_to_be_an_edit() -> None:
    message = message_of(STORY, EDITED, SECOND, status=Status.UPDATE, why=ROSE)

    assert "What was edited" not in message.bodies["email"]


def test_what_its_only_source_takes_back_is_said_to_be_withdrawn_everywhere() -> None:
    message = message_of(STORY, WITHDRAWN, status=Status.CORRECTION, why=NO_MORE)

    assert message.subject.startswith("Correction: Airstrike, withdrawn: Deir ez-Zor, Syria - NBC News edited its art")
    assert ". Withdrawn. 20:14 UTC. Id " in message.bodies["sms"]
    assert unwrapped(message.bodies["email"]).startswith(
        f"CORRECTION: {NO_MORE} Airstrike, withdrawn: Deir ez-Zor (Deir el-Zour), Syria "
        "WITHDRAWN: no source that told it tells it any more."
    )
    assert "62 killed" not in message.bodies["email"]
    assert "UNCONFIRMED" not in message.bodies["email"]
    assert "Nobody tells it as having happened." in message.bodies["email"]


# --- the ledger ----------------------------------------------------------------------------------------------


def test_each_owner_has_a_line_with_who_printed_his_toll_when_and_what_it_was_before() -> None:
    stories = (
        printed(1, "NBC News", KILLED),
        printed(2, "The Guardian", KILLED, minutes=5),
        printed(3, "The Meridian Post", counted(ClaimKind.KILLED, 60, MONITOR), minutes=20),
        printed(4, "The Harbour Times", OBSERVATORY, minutes=111, wire="reuters"),
    )

    text = unwrapped(message_of(*stories, status=Status.UPDATE, why=ROSE).bodies["email"])

    assert (
        "Killed: 62 to 80 "
        "- Russian Defense Ministry: 62 killed, claimed (NBC News, 20:14 UTC; also The Guardian) "
        "[source 1, text 1024-1132] "
        "- Syrian Observatory for Human Rights: 80 killed, was 60, claimed (Reuters wire, 22:05 UTC) "
        "[source 4, text 1024-1132]"
    ) in text


LEDGERS: dict[str, tuple[tuple[Story, ...], str, str]] = {
    "a lower toll that came later stands beside the higher": (
        (printed(1, "NBC News", KILLED), printed(2, "BBC News", counted(ClaimKind.KILLED, 40), **LATER)),
        "Killed: 40 to 62 - Russian Defense Ministry: 62 killed, claimed (NBC",
        "was",
    ),
    "a part of the dead is no earlier toll": (
        (
            printed(1, "NBC News", KILLED, counted(ClaimKind.KILLED, 2)),
            printed(2, "BBC News", counted(ClaimKind.KILLED, 83), **LATER),
        ),
        "Russian Defense Ministry: 83 killed, was 62, claimed (BBC News",
        "was 62, was 2",
    ),
    "what one story tells side by side took no time": (
        (
            printed(1, "NBC News", KILLED),
            printed(2, "BBC News", KILLED, counted(ClaimKind.KILLED, 83), **LATER),
        ),
        "Russian Defense Ministry: 62 killed, claimed (NBC News, 20:14 UTC; also BBC News)",
        "was",
    ),
    "a toll that rose twice": (
        (
            printed(1, "NBC News", counted(ClaimKind.KILLED, 40)),
            printed(2, "BBC News", KILLED, minutes=30),
            printed(3, "The Guardian", counted(ClaimKind.KILLED, 83), **LATER),
        ),
        "83 killed, was 62, was 40, claimed (The Guardian",
        "Killed:",
    ),
}


@pytest.mark.parametrize(("stories", "present", "absent"), LEDGERS.values(), ids=LEDGERS)
def test_in_the_ledger(stories: tuple[Story, ...], present: str, absent: str) -> None:
    text = unwrapped(message_of(*stories, status=Status.UPDATE, why="more").bodies["email"])
    ledger = text[text.index("Who says what") : text.index("In their words")]

    assert present in ledger
    assert absent not in ledger


def test_many_printers_of_one_toll_are_counted_after_the_first() -> None:
    stories = [printed(n, f"Paper {n}", KILLED, minutes=n) for n in range(1, 8)]

    text = unwrapped(message_of(*stories).bodies["email"])

    assert "(Paper 1, 20:15 UTC; also Paper 2, Paper 3, Paper 4, Paper 5 and 2 more)" in text


def test_many_who_print_one_sentence_are_quoted_once() -> None:
    stories = [printed(n, f"Paper {n}", KILLED, minutes=n) for n in range(1, 4)]

    body = message_of(*stories).bodies["email"]

    assert body.count("put the dead of the raid") == 1
    assert "[source 1, text 1024-1132] and in source 2, 3\n" in body


# --- sources -------------------------------------------------------------------------------------------------


def test_papers_that_carry_one_agency_are_one_source_and_unconfirmed() -> None:
    stories = [printed(n, f"Paper {n}", KILLED, minutes=n, wire="reuters") for n in range(1, 4)]

    message = message_of(*stories)

    assert "UNCONFIRMED: one source only (Reuters, in 3 papers)." in message.bodies["email"]
    assert "Possible: one source (Reuters, in 3 papers)." in message.bodies["email"]
    assert "  2. Paper 2, from Reuters: Raid may have hit" in message.bodies["email"]
    assert ". Claimed, unconfirmed. " in message.bodies["sms"]


def test_an_agency_and_a_paper_are_two_sources() -> None:
    stories = [printed(n, f"Paper {n}", KILLED, minutes=n, wire="afp" if n < 4 else "") for n in range(1, 5)]

    message = message_of(*stories)

    assert "Likely: two independent sources (AFP, in 3 papers; Paper 4); no official" in message.bodies["email"]
    assert ". Claimed, 2 sources. " in message.bodies["sms"]


def test_papers_with_the_same_text_are_one_source() -> None:
    sketch = tuple(range(1, 65))
    stories = [replace(printed(n, f"Paper {n}", KILLED), traits=Traits(sketch=sketch)) for n in range(1, 4)]

    assert "one source only (Paper 1 and 2 more with the same text)." in unwrapped(message_of(*stories).bodies["email"])


def test_an_observer_makes_it_observed() -> None:
    text = unwrapped(message_of(with_report(certainty=Certainty.OBSERVED)).bodies["email"])

    assert "Observed: one source (NBC News); an official observer stands behind it." in text


def test_what_is_denied_is_no_source() -> None:
    denial = replace(SECOND, report=replace(SECOND.report, certainty=Certainty.DENIED, claims=(DENIED,)))

    text = unwrapped(message_of(STORY, denial).bodies["email"])

    assert "Possible: one source (NBC News)." in text
    assert "some sources do not tell it as having happened; they are not counted" in text


def test_other_incidents_that_it_may_be_are_named_at_once() -> None:
    incident, alert = incident_of(STORY)

    lines = render_message(replace(incident, maybe_same=("abc",), also=("xyz",)), alert).bodies["email"].splitlines()

    assert lines[4:6] == ["May be the same as incident abc", "Also told as incident xyz"]


# --- times ---------------------------------------------------------------------------------------------------

ZONES = {
    "on the same day": ("Europe/Berlin", "20:14 UTC (22:14 CEST)"),
    "on the next day": ("Asia/Tokyo", "20:14 UTC (2016-09-18 05:14 JST)"),
    "in a zone without a name": ("Asia/Kathmandu", "20:14 UTC (2016-09-18 01:59 +0545)"),
}


@pytest.mark.parametrize(("zone", "words"), ZONES.values(), ids=ZONES)
def test_a_reader_gets_his_own_time_beside_utc(zone: str, words: str) -> None:
    incident, alert = incident_of(with_report(claims=()))

    message = render_message(incident, alert, zone=zone)

    assert f"published 2016-09-17 {words} Who" in unwrapped(message.bodies["email"])
    assert f". {words}. Id " in message.bodies["sms"]


def test_the_time_in_a_text_message_is_that_of_the_news_and_never_costs_a_part() -> None:
    late = printed(2, "BBC News", minutes=90)

    short = message_of(with_report(claims=()), late, status=Status.CLOSED, why="nothing new").bodies["sms"]
    full = message_of(STORY).bodies["sms"]

    assert ". 21:44 UTC. Id " in short
    assert "UTC" not in full
    assert sms_parts(SMS_PREFIX + full) == 1


def test_the_day_of_the_event_is_told_where_a_text_says_it() -> None:
    body = message_of(replace(STORY, traits=Traits(day=date(2016, 9, 16), is_day_told=True)))

    assert "When      on 2016-09-16, as told; the story was first published" in body.bodies["email"]
    assert "does not say when" not in body.bodies["email"]


# --- exercises and phones ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", list(Status))
def test_an_exercise_cannot_be_missed(status: Status) -> None:
    incident, alert = incident_of(STORY, status=status, why=ROSE)

    message = render_message(incident, alert, is_exercise=True)

    assert message.subject.startswith("EXERCISE: ")
    for name, body in message.bodies.items():
        start = '{"headline": "EXERCISE: ' if body.startswith("{") else "EXERCISE. "
        assert body.startswith(start), name
    assert message.bodies["email"].rstrip().splitlines()[-2].startswith("EXERCISE. ")
    assert message.attributes["exercise"] == "true"


def test_what_is_no_exercise_does_not_speak_of_it() -> None:
    message = message_of(STORY)

    assert "exercise" not in message.attributes
    assert "EXERCISE" not in message.subject + message.bodies["email"] + message.bodies["sms"]


@pytest.mark.parametrize(("sms", "value"), [(True, "yes"), (False, "no")])
def test_phones_can_be_left_out(sms: bool, value: str) -> None:
    message = render_message(*incident_of(STORY), sms=sms)

    assert message.attributes["sms"] == value


BUDGETS = {1: "1 more alert today, see email.", 12: "12 more alerts today, see email."}


@pytest.mark.parametrize(("count", "words"), BUDGETS.items())
def test_a_phone_whose_day_is_used_up_is_told_how_many_more_there_are(count: int, words: str) -> None:
    text = render_sms_budget(count)

    assert text.startswith(words)
    assert sms_parts(SMS_PREFIX + text) == 1


def test_an_owner_in_two_spellings_has_one_line() -> None:
    stories = (printed(1, "NBC News", KILLED), printed(2, "BBC News", replace(KILLED, by="Russian defence ministry")))

    text = unwrapped(message_of(*stories).bodies["email"])

    assert text.count("62 killed, claimed") == 1
    assert "(NBC News, 20:14 UTC; also BBC News)" in text
