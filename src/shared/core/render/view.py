"""An alert as its messages tell it: an incident and its alert in, what every channel asks of them out.  Pure."""

from dataclasses import dataclass, field
from functools import cached_property

from shared.core.incidents import Source, confidence, current_incident, is_withdrawn, sources
from shared.core.names import name_key
from shared.core.render.ledger import Row, rows
from shared.core.render.words import Toll, agency, certainty_words, named, tolls_of
from shared.types import Alert, ClaimKind, Incident, Status, Story

EXERCISE = "EXERCISE"
"""What every body of an exercise begins with.  Source: CAP 1.2, status Exercise."""

# The first word of what is not new.
_STATUS = {Status.UPDATE: "Update", Status.CORRECTION: "Correction", Status.CLOSED: "Closed"}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class IncidentView:
    """What is told of an incident, and how much of it."""

    incident: Incident
    """By the latest account of each page."""
    most: int = field(default=20, kw_only=True)
    """Stories, and claims of a kind, that are listed: one story in fifty papers is told by the first and the last."""

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        return sources(self.incident)

    @cached_property
    def confidence(self) -> str:
        return confidence(self.incident)

    @cached_property
    def is_withdrawn(self) -> bool:
        return is_withdrawn(self.incident)

    @cached_property
    def ledger(self) -> dict[ClaimKind, tuple[Row, ...]]:
        return rows(self.incident)

    @cached_property
    def tolls(self) -> tuple[Toll, ...]:
        return tolls_of(self.ledger)

    @cached_property
    def shown(self) -> tuple[Story, ...]:
        """The stories that are listed: the first, and some of the last."""
        stories, last = self.incident.stories, self.most // 4
        return stories if len(stories) <= self.most else (*stories[: self.most - last], *stories[len(stories) - last :])

    def number(self, story: Story) -> int:
        """Of a story among the sources, from 1."""
        return self.incident.stories.index(story) + 1


@dataclass(frozen=True)
class View(IncidentView):
    """What is told of an incident by an alert, and to whom."""

    alert: Alert
    zone: str = "UTC"
    """The reader's, beside UTC."""
    is_exercise: bool = False

    @cached_property
    def cause(self) -> Story | None:
        """The story that made us say it; none where it was no story."""
        return next((story for story in self.incident.stories if story.report.id == self.alert.report_id), None)

    @property
    def status_word(self) -> str:
        """`Correction`; empty for what is new."""
        return _STATUS.get(self.alert.status, "")


def make_view(
    incident: Incident, alert: Alert, *, zone: str = "UTC", is_exercise: bool = False, most: int = 20
) -> View:
    """The alert as it stands; of a page that was read in several editions, by its latest."""
    return View(current_incident(incident), alert, zone, is_exercise, most=most)


def sure_words(view: View) -> str:
    """`claimed`; `withdrawn` where nobody tells it any more."""
    return certainty_words(view.incident)


def source_words(source: Source) -> str:
    """`Reuters, in 3 papers`; `BBC News`; `NBC News and 2 that print the same text`."""
    count = len({name_key(publisher) for publisher in source.publishers})
    if source.is_wire:
        papers = "1 paper" if count == 1 else f"{count} papers"
        return f"{agency(source.name)}, in {papers}"
    name = named(source.name)
    return name if count < 2 else f"{name} and {count - 1} more with the same text"


def backing_words(view: IncidentView) -> str:
    """`two independent sources (Reuters, in 3 papers; BBC News)`."""
    told = view.sources
    listed = "; ".join(map(source_words, told[: view.most]))
    more = f"; and {len(told) - view.most} more" if len(told) > view.most else ""
    count = _NUMBERS[len(told)] if len(told) < len(_NUMBERS) else str(len(told))
    kind = "source" if len(told) == 1 else "independent sources"
    return f"{count} {kind} ({listed}{more})"
