"""Stories of one event are found whatever order they come in, and those of different events are left apart."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import combinations
from math import cos, radians
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core import kinship as core
from shared.core.accounts import accounts, story_of
from shared.core.kinship import (
    VAGUE,
    Kin,
    cell_of,
    cells_near,
    days_near,
    group_of,
    kinship,
    last_day,
    links,
    near,
    partition,
    ready,
    spots,
    touched,
)
from shared.detect import detect, load_lexicon
from shared.types import (
    Article,
    Certainty,
    Claim,
    ClaimKind,
    Evidence,
    Field,
    Head,
    Paragraph,
    Place,
    Precision,
    Report,
    Story,
    Traits,
)

NOW = datetime(2026, 9, 15, 9, tzinfo=UTC)
SAID = Evidence("airstrike/1", Field.TEXT, 10, 20, "words said")
CITY = Place("1", "Harbin", "Harbin", "SY", "Syria", 35.0, 40.0, Precision.CITY)
SUBURB = replace(CITY, id="2", name="Suburb", lat=35.05)
NEXT_TOWN = replace(CITY, id="3", name="Next", lat=35.2)
FAR_TOWN = replace(CITY, id="4", name="Far", lat=36.0)
REGION = replace(CITY, id="5", name="Region", lat=35.3, precision=Precision.REGION)
COUNTRY = Place("SY", "Syria", "Syria", "SY", "Syria", 35.0, 38.0, Precision.COUNTRY)
ABROAD = replace(CITY, id="6", country="IQ", country_name="Iraq")


def killed(number: int, by: str = "the governor", kind: ClaimKind = ClaimKind.KILLED) -> Claim:
    return Claim(kind, by, "said", Certainty.CLAIMED, SAID, number, number, number)


def story(
    name: str = "a",
    *claims: Claim,
    place: Place | None = CITY,
    category: str = "airstrike",
    family: str = "strike",
    hours: float = 0,
    day: date | None = None,
    told: bool = False,
    between: tuple[int, int] | None = None,
    parties: tuple[str, ...] = (),
    words: tuple[str, ...] = (),
    sketch: tuple[int, ...] = (),
    publisher: str = "",
) -> Story:
    at = NOW + timedelta(hours=hours)
    report = Report(
        f"r-{name}", f"a-{name}", category, Certainty.CLAIMED, 60, 0.9, place, claims, (SAID,), SAID, family=family
    )
    traits = Traits(day or at.date(), told, between, parties, "", sketch, words)
    return Story(
        report, "https://a.example/", "Title", publisher or f"Paper {name}", at, "k", "", False, "", read_at=at,
        traits=traits,
    )  # fmt: skip


TODAY, YESTERDAY = NOW.date(), NOW.date() - timedelta(days=1)
TEXT, EDITED = tuple(range(0, 640, 10)), tuple(sorted({*range(0, 480, 10), *range(5, 160, 10)}))
FORM = (*range(0, 600, 10), 601, 602, 603, 604)

PAIRS: dict[str, tuple[Story, Story, Kin]] = {
    "one place and day": (story(), story("b", hours=2), Kin.SAME),
    "one place and day, another kind of one family": (story(), story("b", category="shelling"), Kin.SAME),
    "another family": (story(), story("b", category="abduction", family="abduction"), Kin.APART),
    "another country": (story(), story("b", place=ABROAD), Kin.APART),
    "no place, one text": (story(place=None, sketch=TEXT), story("b", place=None, sketch=EDITED), Kin.SAME),
    "no place, other texts": (story(place=None), story("b", place=None), Kin.APART),
    "a place and none": (story(sketch=TEXT), story("b", place=None, sketch=TEXT), Kin.APART),
    "a suburb": (story(), story("b", place=SUBURB), Kin.MAYBE),
    "a suburb, and its toll": (story("a", killed(12)), story("b", killed(12), place=SUBURB), Kin.SAME),
    "the next town": (story(), story("b", place=NEXT_TOWN), Kin.MAYBE),
    "a town far off, in the same words": (story(sketch=TEXT), story("b", place=FAR_TOWN, sketch=TEXT), Kin.APART),
    "town and region": (story(), story("b", place=REGION), Kin.MAYBE),
    "town and region, one toll": (story("a", killed(9)), story("b", killed(9), place=REGION), Kin.SAME),
    "town and country, one toll": (story("a", killed(31)), story("b", killed(31), place=COUNTRY), Kin.SAME),
    "town and country": (story(), story("b", place=COUNTRY), Kin.MAYBE),
    "the same region": (story(place=REGION), story("b", place=REGION), Kin.SAME),
    "other days told": (
        story("a", killed(3), told=True), story("b", killed(3), told=True, day=YESTERDAY), Kin.APART,
    ),
    "other days told in the same words": (
        story(told=True, sketch=TEXT), story("b", told=True, day=YESTERDAY, sketch=TEXT), Kin.MAYBE,
    ),
    "a day told and the day after": (story(told=True), story("b", hours=20), Kin.MAYBE),
    "a large toll told again a day later": (
        story("a", killed(62), told=True), story("b", killed(62), hours=20), Kin.SAME,
    ),
    "a small toll a day later": (story("a", killed(2), told=True), story("b", killed(2), hours=20), Kin.MAYBE),
    "a toll that has risen a day later": (
        story("a", killed(5), told=True), story("b", killed(11), hours=20, words=("toll",)), Kin.SAME,
    ),
    "a day and a half apart, untold": (story(), story("b", hours=40), Kin.APART),
    "days apart, reprinted": (story(sketch=TEXT), story("b", hours=20, sketch=EDITED), Kin.SAME),
    "a form filled in daily": (
        story("a", killed(2), sketch=TEXT, publisher="Front"),
        story("b", killed(5), hours=24, sketch=FORM, publisher="Front"),
        Kin.MAYBE,
    ),
    "late, and the night after": (
        story(told=True, day=YESTERDAY, between=(18, 24), words=("substation",)),
        story("b", told=True, between=(0, 6), words=("substation",)),
        Kin.SAME,
    ),
    "one night and the next": (
        story(told=True, day=YESTERDAY, between=(0, 6)), story("b", told=True, between=(0, 6)), Kin.APART,
    ),
    "other hours told": (story(between=(5, 6)), story("b", between=(15, 16)), Kin.APART),
    "morning and five o'clock": (story(between=(5, 12)), story("b", between=(6, 7)), Kin.SAME),
    "other doers": (story(parties=("RU",)), story("b", parties=("UA",)), Kin.APART),
    "doers of a fight": (
        story(family="fighting", parties=("CD",)), story("b", family="fighting", parties=("m23",)), Kin.SAME,
    ),
    "hospital and bus": (story(words=("hospital",)), story("b", words=("bus",)), Kin.MAYBE),
    "clinic and hospital": (story(words=("hospital",)), story("b", words=("clinic",)), Kin.SAME),
    "hospital and bus, one large toll": (
        story("a", killed(17), words=("hospital",)), story("b", killed(17), words=("bus",)), Kin.SAME,
    ),
    "lower figures, later": (story("a", killed(14)), story("b", killed(6), hours=2), Kin.MAYBE),
    "another owner's lower figure": (
        story("a", killed(83, "the observatory")), story("b", killed(62, "the ministry"), hours=2), Kin.SAME,
    ),
    "higher figures, later": (story("a", killed(5)), story("b", killed(8), hours=2), Kin.SAME),
    "breaches counted on one day": (
        story("a", killed(14, kind=ClaimKind.VIOLATION)), story("b", killed(9, kind=ClaimKind.VIOLATION)), Kin.MAYBE,
    ),
    "morning and evening, nothing in common": (story(), story("b", hours=11), Kin.MAYBE),
}  # fmt: skip


@pytest.mark.parametrize(("a", "b", "kin"), PAIRS.values(), ids=PAIRS)
def test_two_stories_are_weighed(a: Story, b: Story, kin: Kin) -> None:
    found = kinship(a, b)

    assert found.kin is kin, found
    assert kinship(b, a) == found


def test_the_reasons_are_in_words() -> None:
    a, b = (
        story(name, killed(62, "the Russian Defence Ministry"), told=True, words=("hospital", "soldier"))
        for name in "ab"
    )

    assert kinship(a, b).reasons == (
        "same place +2",
        "same day told +1.25",
        "both tell 62 killed by russian defense ministry +2.5",
        "both tell of hospital +0.5",
        "both say soldier +0.5",
        "same kind +0.5",
    )


# --- what a reader would say -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    name: str
    stories: tuple[Story, ...]
    events: dict[str, str]
    """Report id -> event."""


@cache
def scenes() -> tuple[Scene, ...]:
    lexicon, found = load_lexicon(), []
    for scene in tomllib.loads(Path(__file__).with_name("kinship_scenes.toml").read_text("utf-8"))["scene"]:
        stories, events = [], {}
        for number, told in enumerate(scene["stories"]):
            at = datetime.fromisoformat(told["at"])
            paragraphs = (Paragraph(0, len(told["text"])),)
            article = Article(
                f"{scene['name']} {number}", f"https://{number}.example/", told["title"], told["text"], paragraphs,
                told.get("lang", "en"), told["by"], at, at + timedelta(minutes=4), "",
            )  # fmt: skip
            reports = accounts(detect(article, lexicon))
            if reports:
                stories.append(story_of(reports[0], article, "key"))
                events[reports[0].id] = told["event"]
        found.append(Scene(scene["name"], tuple(stories), events))
    return tuple(found)


def test_stories_are_joined_as_a_reader_would() -> None:
    right = wrong = missed = 0
    for scene in scenes():
        home = {each.report.id: number for number, part in enumerate(partition(scene.stories)) for each in part}
        for one, other in combinations(scene.events, 2):
            joined, kin = home[one] == home[other], scene.events[one] == scene.events[other]
            right += joined and kin
            wrong += joined and not kin
            missed += kin and not joined

    assert right + missed >= 35
    assert wrong <= 1
    assert right / (right + missed) >= 0.9


def test_pairs_are_weighed_as_a_reader_would() -> None:
    agree = total = 0
    for scene in scenes():
        for one, other in combinations(scene.stories, 2):
            kin = scene.events[one.report.id] == scene.events[other.report.id]
            total += 1
            agree += (kinship(one, other).kin is Kin.SAME) is kin

    assert total >= 75
    assert agree / total >= 0.92


# --- incidents -------------------------------------------------------------------------------------------------


def ids(parts: Iterable[Iterable[Story]]) -> set[frozenset[str]]:
    return {frozenset(each.report.id.removeprefix("r-") for each in part) for part in parts}


def test_a_rising_toll_is_one_incident() -> None:
    stories = [
        story("five", killed(5), told=True, words=("apartment",)),
        story("eight", killed(8), told=True, hours=4, words=("toll", "block")),
        story("eleven", killed(11), day=TODAY, told=True, hours=25, words=("toll", "apartment")),
        story("twelve", killed(12), hours=28, words=("toll", "apartment")),
    ]

    assert ids(partition(stories)) == {frozenset(["five", "eight", "eleven", "twelve"])}


def test_two_strikes_on_a_town_on_a_day_stay_two_however_many_tell_neither_from_the_other() -> None:
    hospital = [story(f"h{n}", killed(4), hours=n, told=True, words=("hospital", "nurse")) for n in range(3)]
    bus = [story(f"b{n}", killed(7), hours=3 + n, told=True, words=("bus", "passenger")) for n in range(3)]
    plain = [story(f"p{n}", hours=n, told=bool(n % 2)) for n in range(6)]

    parts = partition([*hospital, *bus, *plain])

    assert len(parts) == 2
    assert links(hospital, bus)


def test_a_vague_story_goes_to_the_town_that_it_is_most_akin_to_and_bridges_none() -> None:
    stories = [
        story("a", killed(9), told=True),
        story("b", killed(4), told=True, place=FAR_TOWN),
        story("region", killed(9), told=True, place=REGION, hours=1),
        story("country", killed(4), killed(9), told=True, place=COUNTRY, hours=2),
    ]

    parts = ids(partition(stories))

    assert len(parts) == 2
    assert {"a", "region"} <= next(part for part in parts if "a" in part)


def test_in_doubt_incidents_stay_two_and_are_linked() -> None:
    a, b = story("a", words=("hospital",)), story("b", words=("bus",), hours=1)

    assert ids(partition([a, b])) == {frozenset("a"), frozenset("b")}
    assert links([a], [b])
    assert not links([a], [story("c", place=FAR_TOWN)])


def test_a_town_that_is_bombed_daily_never_becomes_one_incident() -> None:
    choose = Random(1)
    stories = [
        story(
            f"{day}-{number}-{telling}",
            *([killed(choose.randint(1, 4))] if telling % 2 else []),
            hours=24 * day + 5 * number + telling,
            told=telling % 3 > 0,
            day=(NOW + timedelta(days=day, hours=5 * number)).date(),
            parties=("RU",),
            words=(choose.choice(("house", "school", "bus", "port")),) if telling % 4 == 0 else (),
        )
        for day in range(14)
        for number in range(3)
        for telling in range(8)
    ]

    parts = partition(stories)

    assert len(parts) >= 14
    assert all((max(days) - min(days)).days <= 1 for days in ([each.traits.day for each in part] for part in parts))  # type: ignore[type-var, operator]


def test_a_later_revision_goes_where_the_first_goes_whatever_it_says() -> None:
    first, moved = story("a", killed(5)), replace(story("a", killed(5), place=FAR_TOWN), revision=1)

    (part,) = partition([story("b", killed(5)), moved, first])

    assert {each.revision for each in part} == {0, 1}


def test_no_story_is_lost_or_doubled() -> None:
    stories = [story(str(number), hours=number % 30) for number in range(40)]

    parts = partition([*stories, *stories[:7]])

    assert sorted(each.report.id for part in parts for each in part) == sorted(each.report.id for each in stories)


TIMES = st.integers(0, 60)
STORIES = st.lists(
    st.builds(
        lambda n, place, hours, back, told, figure, target, parties, between, text, category: story(
            "",
            *([killed(figure)] if figure else []),
            place=place,
            hours=hours,
            day=(NOW + timedelta(hours=hours)).date() - timedelta(days=back if told else 0),
            told=told,
            words=target,
            parties=parties,
            between=between,
            sketch=text,
            category=category,
        ),
        st.none(),
        st.sampled_from([CITY, CITY, CITY, SUBURB, NEXT_TOWN, FAR_TOWN, REGION, COUNTRY, ABROAD, None]),
        TIMES,
        st.integers(0, 1),
        st.booleans(),
        st.sampled_from([0, 0, 1, 3, 5, 14]),
        st.sampled_from([(), (), ("hospital",), ("bus", "toll"), ("nurse",)]),
        st.sampled_from([(), (), ("RU",), ("UA",)]),
        st.sampled_from([None, None, (0, 6), (15, 16), (18, 24)]),
        st.sampled_from([(), (), TEXT, EDITED]),
        st.sampled_from(["airstrike", "shelling"]),
    ),
    min_size=2,
    max_size=14,
)


def named(stories: Sequence[Story]) -> list[Story]:
    return [replace(each, report=replace(each.report, id=f"r-{n:02}")) for n, each in enumerate(stories)]


def head_of(part: Sequence[Story], key: str = "key") -> Head:
    return Head(group_of(part[0]), key, spots(part), "")


@settings(max_examples=300, deadline=None)
@given(STORIES, st.randoms(use_true_random=False))
def test_the_incidents_are_the_same_in_whatever_order_and_however_often_stories_come(
    given_stories: list[Story], random: Random
) -> None:
    stories = named(given_stories)
    again = [*stories, *random.choices(stories, k=3)]
    random.shuffle(again)

    assert ids(partition(again)) == ids(partition(stories))


@settings(max_examples=300, deadline=None)
@given(STORIES, st.randoms(use_true_random=False))
def test_joining_one_after_the_other_to_what_is_near_gives_what_joining_all_at_once_gives(
    given_stories: list[Story], random: Random
) -> None:
    stories = named(given_stories)
    random.shuffle(stories)
    parts: list[tuple[Story, ...]] = []
    for each in stories:
        heads = [head_of(part, str(number)) for number, part in enumerate(parts)]
        found = [parts[int(head.key)] for head in near(heads, [each])]
        moving = [part for part, touch in zip(found, touched(found, each), strict=True) if touch.is_changed]
        resting = [part for part in parts if part not in moving]
        parts = [*resting, *partition([*(known for part in moving for known in part), each])]

    assert ids(parts) == ids(partition(stories))


@settings(max_examples=300, deadline=None)
@given(STORIES)
def test_an_incident_that_holds_kin_is_near_and_lies_where_it_is_looked_for(given_stories: list[Story]) -> None:
    *others, last = named(given_stories)
    cells, (since, until) = cells_near(last), days_near(last)

    for part in partition(others):
        if any(kinship(each, last).kin is not Kin.APART for each in part):
            head = head_of(part)
            assert near([head], [last]) == [head]
            assert cells is None or cell_of(head) in cells
            assert since <= last_day(head) <= until


@settings(max_examples=300, deadline=None)
@given(STORIES)
def test_touching_says_how_akin_a_story_is_to_each_incident(given_stories: list[Story]) -> None:
    *others, last = named(given_stories)
    parts = partition(others)
    order = [Kin.APART, Kin.MAYBE, Kin.SAME]

    found = touched([map(ready, part) for part in parts], ready(last))

    best = [max((kinship(each, last).kin for each in part), key=order.index) for part in parts]
    assert [touch.kin for touch in found] == best


@settings(max_examples=200, deadline=None)
@given(STORIES)
def test_kinship_is_the_same_from_both_sides(given_stories: list[Story]) -> None:
    for a, b in combinations(named(given_stories), 2):
        assert kinship(a, b) == kinship(b, a)


def test_what_is_weighed_does_not_grow_with_the_incidents_of_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    weighed, count = core._weighed, [0]

    def counted(a: core.Ready, b: core.Ready) -> tuple[float, float, list[core._Reason]]:
        count[0] += 1
        return weighed(a, b)

    monkeypatch.setattr(core, "_weighed", counted)
    taken = []
    for towns in (50, 500):
        count[0] = 0
        partition(
            story(f"{town}-{n}", place=replace(CITY, id=str(town), lat=-75 + 0.3 * town))
            for town in range(towns)
            for n in range(2)
        )
        taken.append(count[0] / towns)

    assert taken[0] == taken[1] == 1.0


def test_of_many_that_tell_the_same_each_is_weighed_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    weighed, count = core._weighed, [0]

    def counted(a: core.Ready, b: core.Ready) -> tuple[float, float, list[core._Reason]]:
        count[0] += 1
        return weighed(a, b)

    monkeypatch.setattr(core, "_weighed", counted)
    (part,) = partition(story(str(number), killed(14), hours=number / 40) for number in range(400))

    assert len(part) == 400
    assert count[0] < 4 * 400


# --- cells -----------------------------------------------------------------------------------------------------

EVERYWHERE = st.tuples(st.floats(-90, 90), st.floats(-180, 180)) | st.tuples(
    st.sampled_from([-90.0, -89.99, -89.5, 0.0, 2.0, 64.0, 89.5, 89.99, 90.0]),
    st.sampled_from([-180.0, -179.99, -178.0, 0.0, 2.0, 90.0, 179.99, 180.0]),
)


def town(name: str, lat: float, lon: float, precision: Precision = Precision.CITY) -> Story:
    return story(name, place=replace(CITY, id=name, lat=lat, lon=lon, precision=precision))


@settings(max_examples=2000, deadline=None)
@given(EVERYWHERE, st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.booleans())
def test_neighbours_look_into_each_others_cells_wherever_on_earth(
    at: tuple[float, float], north: float, east: float, over_the_pole: bool
) -> None:
    lat = min(max(at[0] + north, -90.0), 90.0)
    lon = (at[1] + (180.0 if over_the_pole else east / max(0.001, cos(radians(lat)))) + 180) % 360 - 180
    here, there = town("here", *at), town("there", lat, lon)

    if kinship(here, there).kin is not Kin.APART:
        for one, other in ((here, there), (there, here)):
            cells = cells_near(one)
            assert cells is not None
            assert cell_of(head_of([other])) in cells


@given(EVERYWHERE)
def test_a_story_looks_into_few_cells_and_those_of_vague_incidents(at: tuple[float, float]) -> None:
    cells = cells_near(town("here", *at))

    assert cells is not None
    assert VAGUE in cells
    assert len(set(cells)) == len(cells)
    if abs(at[0]) < 80:
        assert len(cells) <= 1 + 4


LIES: dict[str, tuple[list[Story], bool]] = {
    "one town": ([story()], False),
    "a site and its town": ([story(), story("b", place=replace(CITY, id="9", precision=Precision.SITE))], False),
    "the next town too": ([story(), story("b", place=NEXT_TOWN)], False),
    "a region too": ([story(), story("b", place=REGION)], True),
    "a country too": ([story(), story("b", place=COUNTRY)], True),
    "no place": ([story(place=None)], True),
    "a town of which nobody knows where it lies": ([story(place=replace(CITY, lat=None, lon=None))], True),
    "towns in a row, the last far from the first": (
        [town("a", 35.0, 40.0), town("b", 35.2, 40.0), town("c", 35.4, 40.0), town("d", 35.6, 40.0)], True,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("part", "is_vague"), LIES.values(), ids=LIES)
def test_an_incident_lies_in_the_cell_of_its_place_or_among_the_vague(part: list[Story], is_vague: bool) -> None:
    assert (cell_of(head_of(part)) == VAGUE) is is_vague


@pytest.mark.parametrize(
    "place",
    [None, REGION, COUNTRY, replace(CITY, lat=None, lon=None)],
    ids=["no place", "region", "country", "a town of which nobody knows where it lies"],
)
def test_kin_of_a_vague_story_is_looked_for_everywhere(place: Place | None) -> None:
    assert cells_near(story(place=place)) is None


@pytest.mark.parametrize("day", [date.min, date.min + timedelta(days=4), date.max - timedelta(days=4), date.max])
@pytest.mark.parametrize("revision", [0, 1])
def test_the_days_that_are_looked_at_end_with_the_calendar(day: date, revision: int) -> None:
    since, until = days_near(replace(story(told=True, day=day), revision=revision))

    assert since <= day <= until


# --- groups ----------------------------------------------------------------------------------------------------

GROUPS = {
    "family and country": (story(), "strike.sy"),
    "no place": (story(place=None), "strike.unknown"),
    "archived before reports had a family": (story(family="", category="abduction"), "abduction.sy"),
}


@pytest.mark.parametrize(("one", "group"), GROUPS.values(), ids=GROUPS)
def test_a_group_says_what_kind_and_which_country(one: Story, group: str) -> None:
    assert group_of(one) == group


@given(st.text(), st.text(max_size=5))
def test_a_group_is_one_that_the_queue_takes(family: str, country: str) -> None:
    group = group_of(story(family=family or "x", place=replace(CITY, country=country)))

    assert 1 <= len(group) <= 128
    assert all(33 <= ord(letter) <= 126 for letter in group)


def test_two_families_never_share_a_group() -> None:
    groups = {group_of(story(family=family)) for family in ("a b", "a-b", "a.b", "a_b", "a" * 50, "a" * 51)}

    assert len(groups) == 6
