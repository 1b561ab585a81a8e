from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared import wiring
from shared.core.codec import decode
from shared.core.keys import article_key, reports_key, revision_key
from shared.core.kinship import group_of
from shared.detect import detect as text_reports
from shared.detect import load_lexicon
from shared.steps.detect import Rules, detect_article
from shared.types import Article, Edit, EntryState, Status, Story
from tests.conftest import NOW, Dies, Stack, article, entry
from tests.desk import Desk

STRIKE = "Government jets bombed the market of Idlib in Syria on Monday, killing 13 people, rescue workers said."
DENIAL = "The army denied that its jets had bombed the market of Idlib in Syria."
KEY = article_key(entry())


def detect(read: Article) -> list[Story]:
    wiring.archive().put_article(KEY, read)
    return again()


def again(key: str = KEY) -> list[Story]:
    return detect_article(
        key,
        archive=wiring.archive(),
        entries=wiring.entries(),
        queue=wiring.queue("NOTIFY_QUEUE"),
        lexicon=load_lexicon(),
    )[1]


@pytest.fixture(autouse=True)
def booked(stack: Stack) -> None:
    wiring.entries().add(entry())


def test_what_an_article_reports_is_archived_sent_on_and_closed(stack: Stack) -> None:
    (story,) = detect(article(STRIKE, correlation_id="job1"))

    (body,) = stack.bodies("NotifyQueue")
    stored = stack.client("s3").get_object(Bucket=stack.outputs["Archive"], Key=reports_key(KEY))["Body"].read()
    assert decode(body, Story) == story
    assert (story.article_key, story.correlation_id) == (KEY, "job1")
    assert story.report.id.encode() in stored
    assert wiring.entries().state("entry1") is EntryState.REPORTED


def test_an_article_on_something_else_ends_quietly(stack: Stack) -> None:
    assert detect(article("The bridge was closed.")) == []

    assert stack.bodies("NotifyQueue") == []
    assert wiring.entries().state("entry1") is EntryState.NO_MATCH
    assert wiring.archive().keys_under("reports/") == []


def test_what_older_rules_found_in_an_article_is_replaced_though_nothing_is_found_any_more(stack: Stack) -> None:
    detect(article(STRIKE))
    found = wiring.archive().get_reports(reports_key(KEY))
    wiring.archive()._client.delete_object(Bucket=stack.outputs["Archive"], Key=KEY)

    assert detect(article("The bridge was closed.")) == []

    assert len(found) == 1
    assert wiring.archive().get_reports(reports_key(KEY)) == []


def test_a_page_that_was_not_read_is_never_said_to_hold_nothing(stack: Stack) -> None:
    detect(article("The bridge.", unread=EntryState.BLOCKED, unread_reason="HTTP 403"))

    (line,) = wiring.entries().all()
    assert (line["state"], line["reason"]) == (EntryState.BLOCKED, "HTTP 403")


def test_a_summary_that_tells_of_a_strike_is_sent_on_as_a_summary(stack: Stack) -> None:
    (story,) = detect(article(STRIKE, unread=EntryState.BLOCKED, unread_reason="HTTP 403"))

    assert story.from_summary
    assert wiring.entries().state("entry1") is EntryState.REPORTED


def test_a_denial_is_handed_on_for_it_may_take_an_alert_back(stack: Stack) -> None:
    (story,) = detect(article(DENIAL))

    assert story.report.certainty == "denied"


def test_detecting_twice_sends_once(stack: Stack) -> None:
    detect(article(STRIKE))
    again()

    assert len(stack.bodies("NotifyQueue")) == 1


@pytest.mark.parametrize(("adapter", "method"), [("archive", "put_reports"), ("queue", "send"), ("entries", "close")])
def test_dying_half_way_sends_once_and_closes(stack: Stack, dies: Dies, adapter: str, method: str) -> None:
    made = wiring.queue("NOTIFY_QUEUE") if adapter == "queue" else getattr(wiring, adapter)()
    with dies(made, method):
        detect(article(STRIKE))

    again()

    assert len(stack.bodies("NotifyQueue")) == 1
    assert wiring.entries().state("entry1") is EntryState.REPORTED


def edited(text: str, number: int = 1, revises: str = KEY, **fields: Any) -> list[Story]:
    """What comes of a later reading."""
    key = revision_key(KEY, number)
    edits = (Edit(STRIKE, text),)
    wiring.archive().put_article(key, article(text, revision=number, revises=revises, edits=edits, **fields))
    return again(key)


HIGHER = STRIKE.replace("13", "21")
REVISIONS = {
    "a figure": HIGHER,
    "an owner": STRIKE.replace("rescue workers said", "the health ministry said"),
    "a place": STRIKE.replace("in Syria", "in Lebanon"),
    "a certainty": STRIKE.replace("Government jets", "The rebels accused the army of lying after its jets"),
}


@pytest.mark.parametrize("text", REVISIONS.values(), ids=REVISIONS)
def test_an_edit_of_a_coded_field_goes_on_under_the_id_and_in_the_group_of_the_first(stack: Stack, text: str) -> None:
    (first,) = detect(article(STRIKE))
    stack.bodies("NotifyQueue")

    (story,) = edited(text)

    (message,) = stack.messages("NotifyQueue")
    assert decode(message["Body"], Story) == story
    assert (story.report.id, story.revision, story.article_key) == (first.report.id, 1, revision_key(KEY, 1))
    assert message["Attributes"]["MessageGroupId"] == group_of(first)
    assert story.edits == (Edit(STRIKE, text),)


def test_an_edit_of_anything_else_is_archived_and_goes_no_further(stack: Stack) -> None:
    detect(article(STRIKE))
    stack.bodies("NotifyQueue")

    assert edited(STRIKE + " The market is the oldest of the town.") == []

    assert stack.bodies("NotifyQueue") == []
    assert len(wiring.archive().get_reports(reports_key(revision_key(KEY, 1)))) == 1


def test_a_correction_goes_on_whatever_it_corrects(stack: Stack) -> None:
    detect(article(STRIKE))
    notice = "Correction: an earlier version of this article misspelt a name."
    key = revision_key(KEY, 1)
    text = f"{STRIKE}\n{notice}"
    wiring.archive().put_article(key, article(text, revision=1, revises=KEY, edits=(Edit("", notice),)))

    (story,) = again(key)

    assert story.edits == (Edit("", notice),)


def test_an_article_that_tells_it_no_longer_takes_its_story_back(stack: Stack) -> None:
    (first,) = detect(article(STRIKE))

    (story,) = edited("The market of Idlib is open again after the repairs.")

    assert story.is_withdrawn
    assert (story.report, story.article_key, story.revision) == (first.report, KEY, 1)


def test_a_second_edit_is_compared_with_the_first_and_bears_the_same_id(stack: Stack) -> None:
    (first,) = detect(article(STRIKE))
    edited(HIGHER)

    assert edited(HIGHER + " It rained.", 2, revision_key(KEY, 1)) == []
    (story,) = edited(STRIKE, 3, revision_key(KEY, 2))

    assert (story.report.id, story.revision) == (first.report.id, 3)


CALM = "Officials met in Idlib on Monday."
RAID = "An air strike on Rafah in Gaza killed 12 people on Monday, medics said."
MOVED = RAID.replace("Rafah", "Khan Younis")


def test_what_an_edit_brought_in_keeps_its_id_and_group_wherever_a_later_edit_moves_it(stack: Stack) -> None:
    assert detect(article(CALM)) == []
    (brought_in,) = edited(RAID)
    stack.bodies("NotifyQueue")

    (moved,) = edited(MOVED, 2, revision_key(KEY, 1))
    (back,) = edited(RAID, 3, revision_key(KEY, 2))

    groups = {message["Attributes"]["MessageGroupId"] for message in stack.messages("NotifyQueue")}
    assert groups == {group_of(brought_in)}
    assert [story.report.id for story in (moved, back)] == [brought_in.report.id] * 2
    assert moved.report.place != brought_in.report.place


def test_the_first_reading_that_told_it_counts_not_one_after_it_was_taken_out(stack: Stack) -> None:
    (first,) = detect(article(RAID))
    edited(CALM)

    (again,) = edited(MOVED, 2, revision_key(KEY, 1))

    assert (again.report.id, again.group) == (first.report.id, group_of(first))


def test_an_edit_that_moves_what_an_edit_brought_in_is_a_correction_of_one_incident(stack: Stack) -> None:
    detect(article(CALM))
    stories = [*edited(RAID), *edited(MOVED, 2, revision_key(KEY, 1))]

    desk = Desk()
    for story in stories:
        desk.tell(story, NOW)

    assert len(desk.incidents) == 1
    assert [alert.status for alert in desk.sent] == [Status.NEW, Status.CORRECTION]
    assert "place: Rafah -> Khan Younis" in desk.sent[1].why


def test_what_new_rules_read_in_an_old_text_is_no_edit(stack: Stack) -> None:
    detect(article(STRIKE))
    key = reports_key(KEY)
    (report,) = wiring.archive().get_reports(key)
    wiring.archive().put_reports(key, [replace(report, claims=())])

    assert edited(STRIKE + " It rained.") == []


def test_an_edit_leaves_the_books_alone(stack: Stack) -> None:
    detect(article(STRIKE))

    edited("The market of Idlib is open again.")

    assert wiring.entries().state("entry1") is EntryState.REPORTED


def test_detecting_an_edit_twice_sends_once(stack: Stack) -> None:
    detect(article(STRIKE))
    edited(HIGHER)
    again(revision_key(KEY, 1))

    assert len(stack.bodies("NotifyQueue")) == 2


@pytest.mark.parametrize(("adapter", "method"), [("archive", "put_reports"), ("queue", "send")])
def test_dying_half_way_through_an_edit_sends_it_once(stack: Stack, dies: Dies, adapter: str, method: str) -> None:
    detect(article(STRIKE))
    made = wiring.queue("NOTIFY_QUEUE") if adapter == "queue" else wiring.archive()
    with dies(made, method):
        edited(HIGHER)

    again(revision_key(KEY, 1))

    assert len(stack.bodies("NotifyQueue")) == 2


# --- the operator's own rules --------------------------------------------------------------------------------

FIRES = "\n".join(f'"A landslide buried {number} houses.",' for number in range(8))
QUIET = "\n".join(f'"The price fell {number} times.",' for number in range(8))
LANDSLIDE = f"""
category = "landslide"
version = 1
severity = 30
why = "Ground that slides."
[terms]
en = ["landslide(|s)"]
[examples]
fires = [{FIRES}]
quiet = [{QUIET}]
""".encode()
BROKEN = LANDSLIDE.replace(b"severity = 30", b"severity = 300")


def categories(rules: Rules, minutes: float) -> set[str]:
    read = article("A landslide buried a village near Taiz, the governor said.")
    return {report.category for report in text_reports(read, rules.lexicon(NOW + timedelta(minutes=minutes)))}


def test_an_operators_rule_is_used_within_a_minute_of_its_arrival(stack: Stack) -> None:
    rules = Rules(load_lexicon(), wiring.rules())
    assert categories(rules, 0) == set()

    wiring.rules().put("landslide.toml", LANDSLIDE)

    assert categories(rules, 0.1) == set()
    assert categories(rules, 1) == {"landslide"}


def test_a_set_with_a_broken_file_is_refused_as_a_whole_and_the_last_good_one_is_kept(stack: Stack) -> None:
    rules = Rules(load_lexicon(), wiring.rules())
    wiring.rules().put("landslide.toml", LANDSLIDE)
    assert categories(rules, 0) == {"landslide"}

    wiring.rules().put("other.toml", BROKEN.replace(b'"landslide"', b'"mudslide"'))

    assert categories(rules, 1) == {"landslide"}
    assert "other.toml: severity = 300" in rules.refused


def test_a_function_that_wakes_up_to_a_broken_set_uses_the_last_good_one(stack: Stack) -> None:
    wiring.rules().put("landslide.toml", LANDSLIDE)
    categories(Rules(load_lexicon(), wiring.rules()), 0)
    wiring.rules().put("landslide.toml", BROKEN)

    woken = Rules(load_lexicon(), wiring.rules())

    assert categories(woken, 0) == {"landslide"}
    assert woken.refused


def test_a_mended_set_is_used_again(stack: Stack) -> None:
    wiring.rules().put("landslide.toml", BROKEN)
    rules = Rules(load_lexicon(), wiring.rules())
    assert categories(rules, 0) == set()

    wiring.rules().put("landslide.toml", LANDSLIDE)

    assert categories(rules, 1) == {"landslide"}
    assert rules.refused == ""


def test_rules_that_were_taken_away_do_not_fire(stack: Stack) -> None:
    wiring.rules().put("landslide.toml", LANDSLIDE)
    rules = Rules(load_lexicon(), wiring.rules())
    categories(rules, 0)

    wiring.rules().remove("landslide.toml")

    assert categories(rules, 1) == set()


def test_an_operators_rule_takes_the_place_of_the_packaged_one(stack: Stack) -> None:
    wiring.rules().put("airstrike.toml", LANDSLIDE.replace(b'"landslide"', b'"airstrike"'))
    rules = Rules(load_lexicon(), wiring.rules())

    told = text_reports(article(STRIKE), rules.lexicon(NOW))

    assert "airstrike" not in {report.category for report in told}
    assert categories(rules, 1) == {"airstrike"}


@pytest.mark.parametrize("method", ["files", "last_good", "put_last_good"])
def test_rules_that_could_not_be_had_at_once_are_asked_for_again(stack: Stack, dies: Dies, method: str) -> None:
    wiring.rules().put("landslide.toml", LANDSLIDE)
    rules = Rules(load_lexicon(), wiring.rules())
    with dies(wiring.rules(), method):
        categories(rules, 0)

    assert categories(rules, 0.1) == {"landslide"}


def test_a_last_good_set_that_could_not_be_had_at_once_is_asked_for_again(stack: Stack, dies: Dies) -> None:
    wiring.rules().put_last_good({"landslide.toml": LANDSLIDE})
    wiring.rules().put("landslide.toml", BROKEN)
    rules = Rules(load_lexicon(), wiring.rules())
    with dies(wiring.rules(), "last_good"):
        categories(rules, 0)

    assert categories(rules, 0.1) == {"landslide"}
    assert rules.refused
