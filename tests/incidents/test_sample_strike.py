"""The sample's strike, from its page to the messages: told with the ministry's 62, and again with a higher toll."""

from datetime import timedelta

import pytest

from shared.core.accounts import accounts, story_of
from shared.core.reading import extract, read
from shared.core.render import render_message
from shared.detect import detect, load_lexicon
from shared.types import Article, Certainty, Policy, Response, Status, Story
from sitrep.local.site import render
from tests.conftest import NOW, article, entry
from tests.desk import Desk

BASE = "http://127.0.0.1:1"
FIRST, HIGHER = "/meridian/world/coalition-jets-deir-el-zour", "/harbour/conflict/monitors-deir-ezzor"
OF_OURS = """BEIRUT - A coalition air strike near Deir ez-Zor in eastern Syria on Wednesday killed at least 83 Syrian \
soldiers, the Syrian Observatory for Human Rights said.
The monitoring group counts the dead by telephone. It said that some of the wounded had died on the way to a clinic.
In Moscow the figure of the morning, 62, was neither repeated nor withdrawn."""


def page(path: str) -> Article:
    """The sample's page, as ingest reads it."""
    kind, body = render(BASE, NOW)[path]
    answer = Response(BASE + path, 200, {"content-type": kind}, body)
    return read(entry(url=BASE + path, id=path, published_at=None, title=""), answer, extract(answer, NOW), NOW)


def stories(told: Article) -> list[Story]:
    return [story_of(report, told, told.id) for report in accounts(detect(told, load_lexicon()))]


LATER = {
    "the sample's second publisher": page(HIGHER),
    "an article of ours": article(
        OF_OURS, "Monitors raise toll of Deir ez-Zor raid to 83", id="ours", publisher="Gulf Morning", published_at=NOW
    ),
}


@pytest.mark.parametrize(
    ("later", "number"), [(LATER[name], number) for name, number in zip(LATER, (80, 83), strict=True)], ids=LATER
)
def test_the_first_toll_is_news_and_a_higher_one_of_another_source_an_update_that_names_both(
    later: Article, number: int
) -> None:
    desk = Desk(Policy())

    for minutes, told in ((0, page(FIRST)), (20, later)):
        for story in stories(told):
            desk.tell(story, NOW + timedelta(minutes=minutes))
    desk.pass_time(NOW + timedelta(hours=2))

    (incident,) = desk.incidents.values()
    new, update = desk.sent
    assert [(new.status, new.tells.certainty), update.status] == [(Status.NEW, Certainty.CLAIMED), Status.UPDATE]
    assert [(each.words, each.owner) for each in new.tells.figures] == [
        ("62", "Russian Defence Ministry"),
        ("100", "Russian Defence Ministry"),
    ]
    assert {(each.number, each.owner) for each in update.tells.figures} >= {
        (62, "Russian Defence Ministry"),
        (number, "Syrian Observatory for Human Rights"),
    }
    message = render_message(incident, update)
    body = " ".join(message.bodies["email"].split())
    assert message.subject.startswith("Update: Airstrike, claimed: Deir ez-Zor, Syria - 62 to ")
    assert "Russian Defence Ministry" in body
    assert "Syrian Observatory for Human Rights" in body
    assert f"62 to {number}+ killed" in message.bodies["sms"]
