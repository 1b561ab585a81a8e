import pytest

from shared import wiring
from shared.core.codec import decode
from shared.core.keys import article_key, reports_key
from shared.detect import load_lexicon
from shared.steps.detect import detect_article
from shared.types import Article, EntryState, Story
from tests.conftest import Dies, Stack, article, entry

STRIKE = "Government jets bombed the market of Idlib in Syria on Monday, killing 13 people, rescue workers said."
DENIAL = "The army denied that its jets had bombed the market of Idlib in Syria."
KEY = article_key(entry())


def detect(read: Article) -> list[Story]:
    wiring.archive().put_article(KEY, read)
    return again()


def again() -> list[Story]:
    return detect_article(
        KEY,
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
