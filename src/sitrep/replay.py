"""Archived articles and what they report in, the alerts that would have been sent out.  Pure.

Stories are joined in the order in which their articles were read, as notify joins them, and nothing is held back; an
edited page counts as it was first read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.core.accounts import accounts, story_of
from shared.core.alerts import as_sent, decide, pending_alert
from shared.core.incidents import head_of, home_of
from shared.core.kinship import may_hold
from shared.core.render import render_message
from shared.types import Article, Incident, Policy, Report, Story

_SENTENCE = 200
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
    """What one set of rules makes of archived articles, which come in any order."""

    _told: list[tuple[datetime, Story]] = field(default_factory=list)

    def take(self, key: str, article: Article, reports: Sequence[Report]) -> None:
        """An article under a key, and what it reports."""
        self._told += [(article.fetched_at, story_of(report, article, key)) for report in accounts(reports)]

    def sent(self) -> list[Sent]:
        """The alerts that would have been sent, in their order."""
        result = []
        groups: dict[str, dict[str, Incident]] = {}
        for at, story in sorted(self._told, key=lambda told: told[0]):
            known = groups.setdefault(home_of(story), {})
            near = [each for each in known.values() if not each.merged_into and may_hold(head_of(each), story)]
            joined = decide(near, story, at, _AT_ONCE, taken=known)
            for incident in (joined.home, *joined.others):
                if alert := pending_alert(incident):
                    cause = next((each for each in incident.stories if each.report.id == alert.report_id), story)
                    subject = render_message(incident, alert).subject
                    sentence = " ".join(cause.report.sentence.text.split())
                    result.append(Sent(at, subject, cause.report.category, cause.article_key, sentence))
                    incident = as_sent(incident, at, "")
                known[incident.id] = incident
        return result


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
