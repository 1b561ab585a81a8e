"""What detection found in one article in, the accounts that are worth handing on out.  Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shared.core.names import name_key
from shared.core.traits import traits
from shared.types import ALERTABLE, Article, Certainty, ClaimKind, Report, Story

AXIS = "ceasefire_violation"
"""Not a deed of its own where the article tells the deed: then it says what that deed breaks, and who says so."""


def accounts(reports: Iterable[Report]) -> list[Report]:
    """The reports that can alert or take an alert back, one for each event that an article tells.

    What it tells equally surely of one place, or in one sentence, is one event to a reader ("shelling and gunfire in
    Naqoura"): what it tells most clearly leads, the rest rides along.  So does a ceasefire violation with its deed.
    """
    told = [report for report in reports if report.alerts and report.certainty in ALERTABLE | {Certainty.DENIED}]
    leads: list[Report] = []
    for report in sorted(told, key=_rank):
        at = next((number for number, lead in enumerate(leads) if _can_go_together(lead, report)), None)
        if at is None:
            leads.append(report)
        else:
            claims = report.claims if report.category == AXIS else ()
            leads[at] = replace(
                leads[at],
                claims=leads[at].claims + claims,
                evidence=leads[at].evidence + report.evidence,
                severity=max(leads[at].severity, report.severity),
                flags=tuple(dict.fromkeys(leads[at].flags + report.flags)),
            )
    return leads


def _rank(report: Report) -> tuple[bool, bool, float, bool, int, str]:
    """Breaches that are counted, for their sentence names deeds only to say of what kind they were; then the clearest.

    Of those that are equally clear a deed before the truce that it breaks, and the gravest.
    """
    clear, is_axis = round(report.score, 1), report.category == AXIS
    is_counted = is_axis and _is_counted(report)
    return report.certainty not in ALERTABLE, not is_counted, -clear, is_axis, -report.severity, report.category


def _is_counted(violation: Report) -> bool:
    counts = (claim for claim in violation.claims if claim.kind is ClaimKind.VIOLATION)
    return any(claim.value is not None or claim.min is not None for claim in counts)


def story_of(report: Report, article: Article, key: str) -> Story:
    """A report with the article it stands in, which lies under this key."""
    return Story(
        report=report,
        url=article.url,
        title=article.title,
        publisher=article.publisher,
        published_at=article.published_at,
        article_key=key,
        raw_sha256=article.raw_sha256,
        from_summary=article.from_summary,
        correlation_id=article.correlation_id,
        read_at=article.fetched_at,
        feed_id=article.feed_id,
        traits=traits(report, article),
    )


def revised(
    before: Sequence[Report], after: Sequence[Report], *, is_corrected: bool
) -> list[tuple[Report | None, Report | None]]:
    """The accounts of two readings of an article that differ in a coded field, as pairs of one category.

    None on the left for one that is new, none on the right for one that is told no longer.  Where the article says that
    it is corrected, all that it tells may be what was wrong, and counts as changed.
    """
    old, new = ({report.category: report for report in reports} for reports in (before, after))
    pairs = [(old.get(category), new.get(category)) for category in dict.fromkeys([*old, *new])]
    return [(was, now) for was, now in pairs if is_corrected or _coded(was) != _coded(now)]


def _coded(report: Report | None) -> object:
    if report is None:
        return None
    claims = {
        (claim.kind, name_key(claim.by), claim.certainty, claim.value, claim.min, claim.max) for claim in report.claims
    }
    return report.certainty, report.place.id if report.place else "", claims, frozenset(report.flags)


def _can_go_together(lead: Report, other: Report) -> bool:
    if (lead.certainty in ALERTABLE) is not (other.certainty in ALERTABLE):
        return False
    if lead.sentence == replace(other.sentence, rule=lead.sentence.rule):
        return True
    if AXIS not in (lead.category, other.category):
        return lead.place is not None and other.place is not None and lead.place.id == other.place.id
    if lead.certainty not in ALERTABLE:
        return False
    if lead.place is None or other.place is None or lead.place.country == other.place.country:
        return True
    # What is fired back over a border is told beside the deed; breaches that are counted are a story of their own.
    violation = other if other.category == AXIS else lead
    return all(claim.value is None and claim.min is None for claim in violation.claims)
