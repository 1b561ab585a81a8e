"""Who gives which toll, who prints it, and what he gave before: an incident in, its rows out.  Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shared.core.incidents import FIGURES, Figure, figure_words, figures
from shared.core.names import name_key
from shared.core.when import at
from shared.types import ClaimKind, Incident, Story


@dataclass(frozen=True, slots=True)
class Row:
    """A toll as one owner gives it."""

    owner: str
    """What all spellings of his name have in common."""
    figure: Figure
    """With the story that printed it first."""
    stories: tuple[Story, ...]
    """All that print it, in order of publication."""
    was: tuple[str, ...] = ()
    """Lower tolls that he gave before, the latest first: `60`."""

    @property
    def words(self) -> str:
        return figure_words(self.figure.claim)


def rows(incident: Incident) -> dict[ClaimKind, tuple[Row, ...]]:
    """The tolls that stand, by what is counted, in order of publication.

    A lower toll that came later does not take the place of a higher one: it is most often an older copy, or a part.
    """
    told = {kind: _current(_rows(incident, kind)) for kind in FIGURES}
    return {kind: tuple(each) for kind, each in told.items() if each}


def _rows(incident: Incident, kind: ClaimKind) -> list[Row]:
    found: dict[tuple[str, str], Row] = {}
    for story in sorted(incident.stories, key=at):
        for figure in figures(replace(incident, stories=(story,)), kind):
            key = (name_key(figure.claim.by), figure_words(figure.claim))
            row = found.get(key, Row(key[0], figure, ()))
            found[key] = replace(row, stories=(*row.stories, story))
    return list(found.values())


def _current(told: Iterable[Row]) -> list[Row]:
    standing: list[Row] = []
    for row in told:
        raised = [old for old in standing if _is_raised(old, row)]
        # What stood beside a higher one in a story is a part of the dead, and stays one.
        before = [old for old in raised if not any(_is_part(old, each) for each in raised)]
        was = tuple(words for old in reversed(before) for words in (old.words, *old.was))
        standing = [old for old in standing if old not in before] + [replace(row, was=was)]
    return standing


def _is_raised(old: Row, new: Row) -> bool:
    """Whether the same owner gave the new toll later, and more, and not both at once."""
    first = new.figure.story
    return (
        old.owner == new.owner
        and old.figure.number < new.figure.number
        and at(old.figure.story) < at(first)
        and first not in old.stories
    )


def _is_part(row: Row, other: Row) -> bool:
    return row.figure.story is other.figure.story and row.figure.number < other.figure.number
