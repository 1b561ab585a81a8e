"""A story reads those incidents alone that it may change, and comes to what it would come to if it read them all."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings

from shared.core.incidents import Joined, head_of, join, may_have_told
from shared.core.kinship import group_of
from shared.core.sight import Shelf, settle
from shared.types import Alert, AlertState, Certainty, Head, Incident, Status, Story, Told
from tests.core.test_kinship import COUNTRY, FAR_TOWN, NOW, STORIES, TEXT, killed, named, story


def tell(shelf: Shelf, new: Story, read: list[str] | None = None) -> Joined:
    """What a story came to; the ids of what was read for it are noted."""

    def get(heads: Iterable[Head]) -> list[Incident]:
        found = shelf.get(heads)
        if read is not None:
            read.extend(incident.id for incident in found)
        return found

    def joined(known: Sequence[Incident]) -> Joined:
        return join(known, new, taken=shelf.incidents)

    found = settle(new, shelf.heads(new), get, joined)
    if not found.is_known:
        for incident in (*found.others, found.home):
            shelf.keep(incident)
    return found


def company(incident: Incident) -> list[str]:
    return [each.report.id for each in incident.stories]


def company_before(incident: Incident, known: Iterable[Incident]) -> list[str]:
    return next((company(each) for each in known if each.id == incident.id), [])


@settings(max_examples=300, deadline=None)
@given(STORIES)
def test_what_is_in_sight_of_a_story_is_all_that_it_changes_or_is_linked_with(given_stories: list[Story]) -> None:
    shelf = Shelf()
    for each in named(given_stories):
        everything = [one for one in shelf.incidents.values() if one.stories and one.group == group_of(each)]
        whole = join(everything, each, taken=shelf.incidents)

        found = tell(shelf, each)

        assert company(found.home) == company(whole.home)
        assert {one.id: company(one) for one in found.others if company(one) != company_before(one, everything)} == {
            one.id: company(one) for one in whole.others if company(one) != company_before(one, everything)
        }
        assert set(whole.home.maybe_same) <= set(found.home.maybe_same)


def test_incidents_that_are_elsewhere_or_of_another_day_are_not_read() -> None:
    shelf, read = Shelf(), list[str]()
    here = tell(shelf, story("here", killed(5))).home
    tell(shelf, story("far", place=FAR_TOWN))
    tell(shelf, story("old", hours=-24 * 5))
    tell(shelf, story("other", category="abduction", family="abduction"))

    tell(shelf, story("new", killed(5), hours=1), read)

    assert read == [here.id]


def test_of_an_edited_story_the_incident_is_read_that_holds_it_wherever_it_is_now() -> None:
    shelf, read = Shelf(), list[str]()
    here = tell(shelf, story("here", killed(5))).home
    tell(shelf, story("far", place=FAR_TOWN, hours=1))

    moved = tell(shelf, replace(story("here", killed(5), place=FAR_TOWN, hours=1), revision=1), read)

    assert moved.home.id == here.id
    assert read == [here.id]


def test_a_head_says_which_reports_its_incident_may_have() -> None:
    head = head_of(tell(Shelf(), story("a")).home)

    assert may_have_told(head, replace(story("a", place=None), revision=1))
    assert not may_have_told(head, story("b"))


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "not told"])
def test_only_a_vague_incident_that_was_not_told_is_put_beside_all_that_it_is_linked_with(is_told: bool) -> None:
    shelf, read = Shelf(), list[str]()
    town = tell(shelf, story("town", killed(62, by=""))).home
    vague = tell(shelf, story("vague", killed(62, by=""), place=COUNTRY, hours=24, sketch=TEXT)).home
    assert vague.maybe_same == (town.id,)
    says = Told(Certainty.CLAIMED, 60, None)
    alert = Alert(f"{vague.id}-r1", Status.NEW, 1, "", says, NOW, NOW, AlertState.SENT, sent_at=NOW)
    shelf.keep(replace(vague, alerts=(alert,) if is_told else ()))

    home = tell(shelf, story("two days later", place=COUNTRY, hours=48, sketch=TEXT), read).home

    assert home.id == vague.id
    assert set(read) == ({vague.id} if is_told else {vague.id, town.id})
