"""What data sets call an event: an incident in, its codes out.  Pure."""

from collections.abc import Iterator

from shared.core.incidents import BREACHES, deeds
from shared.core.render.layout import wrapped
from shared.core.render.text import clean
from shared.core.render.view import View
from shared.types import ClaimKind, Codes, Incident

VIOLATION = "196"
"""Source: CAMEO codebook, root 19, "Fight": violate ceasefire."""


def codes_of(incident: Incident) -> Codes:
    """As the latest report that has codes says."""
    return next((each.report.codes for each in reversed(incident.stories) if each.report.codes != Codes()), Codes())


def alleges_violation(incident: Incident) -> bool:
    """Whether somebody alleges a breach of a truce beside what the incident is."""
    return bool(deeds(incident, ClaimKind.VIOLATION)) and incident.category not in BREACHES


def does_harm(incident: Incident) -> bool:
    """Whether it is of a kind that has victims and somebody who did it; of a kind unknown to data sets it may be.

    Source: PLOVER manual, ASSAULT: deliberate acts that cause harm, or the attempt.
    """
    codes = codes_of(incident)
    return codes.plover == "ASSAULT" or not (codes.plover or codes.acled)


def render_codes(view: View) -> Iterator[str]:
    """`ACLED Explosions/Remote violence / Air/drone strike`."""
    codes = codes_of(view.incident)
    yield from wrapped("  ACLED ", clean(codes.acled, 80) or "none of its own")
    yield f"  PLOVER {clean(codes.plover, 40) or 'none of its own'}"
    yield f"  CAMEO {clean(codes.cameo, 10) or 'none of its own'}"
    if alleges_violation(view.incident):
        yield f"  CAMEO {VIOLATION} (alleged ceasefire violation)"
