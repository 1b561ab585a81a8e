"""Archived articles and what they report in; the alerts that would have been sent, or the incidents, out.  Pure.

Stories are joined in the order in which their articles were read, as notify joins them, and nothing is held back.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from shared.core.accounts import accounts, story_of
from shared.core.alerts import as_sent, closed, closes_at, decide, pending_alert
from shared.core.incidents import Joined
from shared.core.render import render_message
from shared.core.sight import Shelf, settle
from shared.types import AlertState, Article, Incident, Policy, Report, Story

_SENTENCE = 200
RESTORED = "restored from the archive: counts as sent, for it was before"
_AT_ONCE = Policy(gather=timedelta(0), cool_down=timedelta(0), burst=0)


@dataclass(frozen=True, slots=True)
class Sent:
    """An alert that would have been sent."""

    at: datetime
    subject: str
    category: str
    article_key: str
    sentence: str


@dataclass(slots=True)
class Replay:
    """What one set of rules makes of archived articles, which come in any order; each as it was first read."""

    _told: list[tuple[datetime, Story]] = field(default_factory=list)

    def take(self, key: str, article: Article, reports: Sequence[Report]) -> None:
        """An article under a key, and what it reports."""
        self._told += [(article.fetched_at, story_of(report, article, key)) for report in accounts(reports)]

    def sent(self) -> list[Sent]:
        """The alerts that would have been sent, in their order."""
        result = []
        for at, story, incident in _joined(self._told, Shelf()):
            if alert := pending_alert(incident):
                cause = next((each for each in incident.stories if each.report.id == alert.report_id), story)
                subject = render_message(incident, alert).subject
                sentence = " ".join(cause.report.sentence.text.split())
                result.append(Sent(at, subject, cause.report.category, cause.article_key, sentence))
        return result


def restored(known: Iterable[Incident], told: Iterable[tuple[datetime, Story]], now: datetime) -> list[Incident]:
    """The incidents that are new, or not as they were, when these stories join those that are known.

    Stories come with when they were read, in any order.  What was to be said of them counts as said.
    """
    shelf = Shelf(known)
    changed = dict.fromkeys(incident.id for _, _, incident in _joined(told, shelf))
    incidents = [shelf.incidents[name] for name in changed]
    return [_marked(_closed(incident, now)) for incident in incidents]


def _closed(incident: Incident, now: datetime) -> Incident:
    over = closes_at(incident, _AT_ONCE)
    is_over = over is not None and over <= now and pending_alert(incident) is None
    return closed(incident, over, _AT_ONCE) if over is not None and is_over else incident


def _marked(incident: Incident) -> Incident:
    """The incident, with a word on each alert that SNS never took."""
    alerts = (
        replace(alert, reason=RESTORED) if alert.state is AlertState.SENT and not alert.message_id else alert
        for alert in incident.alerts
    )
    return replace(incident, alerts=tuple(alerts))


def _joined(told: Iterable[tuple[datetime, Story]], shelf: Shelf) -> Iterator[tuple[datetime, Story, Incident]]:
    """Each incident that a story made or changed, before its alert counts as sent; the shelf has it as it is after."""
    for at, story in sorted(told, key=lambda each: each[0]):
        joined = settle(story, shelf.heads(story), shelf.get, partial(_decided, story, at, shelf))
        if joined.is_known:
            continue
        for incident in (joined.home, *joined.others):
            yield at, story, incident
            before = shelf.incidents[incident.id].alerts if incident.id in shelf.incidents else ()
            alert = pending_alert(incident)
            is_said = alert is not None and all(alert.id != each.id for each in before)
            shelf.keep(as_sent(incident, at, "") if is_said else incident)


def _decided(story: Story, at: datetime, shelf: Shelf, known: Sequence[Incident]) -> Joined:
    return decide(known, story, at, _AT_ONCE, taken=shelf.incidents)


@dataclass(frozen=True, slots=True)
class Difference:
    """What other rules would have changed."""

    more: tuple[Sent, ...]
    """Would have been sent, and was not."""
    less: tuple[Sent, ...]
    """Would not be sent any more."""
    other: tuple[tuple[Sent, Sent], ...]
    """Would have said something else: as before, and after."""
    same: int


def compared(before: Iterable[Sent], after: Iterable[Sent]) -> Difference:
    """How the alerts of two runs differ: by the article and the kind of event that they tell."""
    old, new = ({(sent.article_key, sent.category): sent for sent in run} for run in (before, after))
    both = [(old[each], new[each]) for each in old if each in new]
    return Difference(
        more=tuple(sent for each, sent in new.items() if each not in old),
        less=tuple(sent for each, sent in old.items() if each not in new),
        other=tuple((was, now) for was, now in both if was.subject != now.subject),
        same=sum(was.subject == now.subject for was, now in both),
    )


def differences(found: Difference) -> Iterator[str]:
    """The difference as lines: + more, - no longer, ~ said otherwise; each with its article."""
    for sign, sent in (*(("+", sent) for sent in found.more), *(("-", sent) for sent in found.less)):
        yield f"{sign} {sent.at:%Y-%m-%d %H:%M} {sent.subject}"
        yield f"    {sent.article_key}: {sent.sentence[:_SENTENCE]}"
    for was, now in found.other:
        yield f"~ {now.at:%Y-%m-%d %H:%M} {was.subject} -> {now.subject}"
        yield f"    {now.article_key}: {now.sentence[:_SENTENCE]}"
    counts = f"{len(found.more)} more, {len(found.less)} no longer, {len(found.other)} otherwise, {found.same} the same"
    yield f"alerts: {counts}"
