"""How a story finds incidents in the table: by the heads of its cells and days, which never differ from the records."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from shared import wiring
from shared.core.incidents import head_of, join
from shared.core.kinship import VAGUE, cells_near, days_near, group_of
from shared.errors import TransientError
from shared.types import Head, Incident, Story
from tests.conftest import Stack
from tests.core.test_kinship import CITY, COUNTRY, FAR_TOWN, NOW, story

DAY = timedelta(days=1)
OVERSEAS = replace(CITY, id="7", lat=-12.0, lon=100.0)


def opened(*stories: Story, number: int = 0) -> Incident:
    """The incident of these stories, the how-manyeth of its day."""
    first, *others = stories
    incident = join([], first, opened={(first.traits.day or NOW.date()): number}).home
    for each in others:
        incident = join([incident], each).home
    return incident


def kept(*incidents: Incident) -> list[Incident]:
    return wiring.incidents().put([(incident, None) for incident in incidents], NOW)


def found(asking: Story, cells: Iterable[str] | None = None) -> list[Head]:
    looked_into = cells_near(asking) if cells is None else cells
    return wiring.incidents().heads(group_of(asking), days_near(asking), looked_into)


def test_a_story_finds_the_heads_of_its_cells_and_days_and_no_others(stack: Stack) -> None:
    here, vague, *_ = kept(
        opened(story("a")),
        opened(story("b", place=COUNTRY), number=1),
        opened(story("c", place=OVERSEAS), number=2),
        opened(story("d", hours=24 * 12), number=3),
        opened(story("e", hours=-24 * 4), number=4),
        opened(story("f", category="abduction", family="abduction")),
    )

    heads = found(story("new"))

    assert sorted(heads) == sorted([head_of(here), head_of(vague)])
    assert sorted(each.id for each in wiring.incidents().get(heads)) == sorted([here.id, vague.id])


def test_a_vague_story_finds_all_of_its_country_and_days(stack: Stack) -> None:
    incidents = kept(
        opened(story("a")), opened(story("b", place=COUNTRY), number=1), opened(story("c", place=OVERSEAS), number=2)
    )

    assert sorted(found(story("new", place=COUNTRY))) == sorted(map(head_of, incidents))


def test_at_new_year_the_old_year_is_looked_at_too(stack: Stack) -> None:
    eve = datetime(2026, 12, 31, 23, tzinfo=NOW.tzinfo)
    late, early = (
        story("a", hours=(eve - NOW) / timedelta(hours=1)),
        story("b", hours=(eve - NOW) / timedelta(hours=1) + 2),
    )
    (last_year,) = kept(opened(late))

    assert found(early) == [head_of(last_year)]
    assert wiring.incidents().opened(last_year.group, days_near(early)) == {date(2026, 12, 31): 1}


def test_an_incident_that_a_story_moves_is_found_where_it_is_now_and_nowhere_else(stack: Stack) -> None:
    (before,) = kept(opened(story("a", place=COUNTRY)))
    after = join([before], story("b", place=COUNTRY, hours=1)).home
    moved = replace(
        after, stories=tuple(replace(each, report=replace(each.report, place=CITY)) for each in after.stories)
    )

    kept(moved)

    assert found(story("new"), [VAGUE]) == []
    assert [each.key for each in found(story("new"))] == [head_of(moved).key]
    assert found(story("new", place=COUNTRY)) == [head_of(moved)]


def test_an_incident_that_goes_on_for_days_is_found_by_its_last_and_by_a_late_story_of_its_first(stack: Stack) -> None:
    (before,) = kept(opened(story("a")))
    (longer,) = kept(replace(before, stories=tuple(story(str(number), hours=24 * number) for number in range(6))))

    assert found(story("new", hours=24 * 8)) == [head_of(longer)]
    assert found(story("late", hours=-24 * 2)) == [head_of(longer)]
    assert found(story("long after", hours=24 * 9)) == []


def test_what_is_merged_into_another_is_looked_for_no_more_and_found_by_its_id(stack: Stack) -> None:
    one, other = kept(opened(story("a")), opened(story("b", place=FAR_TOWN), number=1))

    kept(replace(one, stories=(*one.stories, *other.stories)), replace(other, stories=(), merged_into=one.id))

    assert [head.key.partition("#")[2] for head in found(story("new", place=COUNTRY))] == [one.id]
    assert [getattr(wiring.incidents().find(each), "id", None) for each in (one.id, other.id, "nobody")] == [
        one.id,
        one.id,
        None,
    ]


def test_ids_are_counted_with_the_incidents_that_get_them(stack: Stack) -> None:
    incidents = wiring.incidents()
    asking = story()
    names = []
    for number in range(3):
        counted = incidents.opened(group_of(asking), days_near(asking))
        home = join([], story(str(number), place=replace(CITY, id=str(number))), opened=counted).home
        names.append(home.id)
        (home,) = kept(home)
        kept(home)

    assert len(set(names)) == 3
    assert incidents.opened(group_of(asking), days_near(asking)) == {NOW.date(): 3}
    assert sorted(incident.id for incident in incidents.changed_since(NOW - DAY, NOW + DAY)) == sorted(names)
    assert sorted(incident.id for incident in incidents.all()) == sorted(names)


def test_of_two_that_open_an_incident_under_one_id_the_second_counts_nothing(stack: Stack) -> None:
    kept(opened(story("a")))

    with pytest.raises(TransientError, match="another writer"):
        kept(opened(story("b", place=FAR_TOWN)))

    assert wiring.incidents().opened(group_of(story()), days_near(story())) == {NOW.date(): 1}
    assert len(found(story("new", place=COUNTRY))) == 1


def test_what_a_look_finds_does_not_grow_with_what_else_is_open_in_the_country(stack: Stack) -> None:
    towns = [replace(CITY, id=str(number), lat=-60.0 + 2 * number) for number in range(40)]
    counts = []
    for number, town in enumerate(towns):
        kept(opened(story(town.id, place=town), number=number))
        counts.append(len(found(story("new", place=towns[0]))))

    assert counts[-1] == counts[3]


def test_a_head_is_small_whatever_its_record(stack: Stack) -> None:
    (incident,) = kept(opened(*(story(str(n), sketch=tuple(range(n, n + 64)), hours=n / 9) for n in range(40))))
    client = stack.client("dynamodb")

    answer = client.query(
        TableName=stack.outputs["IncidentsTable"],
        IndexName="cells",
        KeyConditionExpression="#group = :group",
        ExpressionAttributeNames={"#group": "group"},
        ExpressionAttributeValues={":group": {"S": f"{incident.group}#2026"}},
        ConsistentRead=True,
    )

    (item,) = answer["Items"]
    assert "incident" not in item
    assert sum(len(name) + len(next(iter(value.values()))) for name, value in item.items()) < 700
