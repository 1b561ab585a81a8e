"""The first lines of a message: what changed, what happened, where, how many, how sure.  Pure."""

from collections.abc import Iterator

from shared.core.incidents import deeds, is_denied
from shared.core.render.codes import alleges_violation
from shared.core.render.text import clean
from shared.core.render.view import EXERCISE, IncidentView, View, source_words, sure_words
from shared.core.render.words import (
    OWNER_MAX,
    capital,
    category_words,
    kind_words,
    owner,
    place_words,
    told_flags,
    toll_words,
    what_words,
)
from shared.types import ClaimKind

_WHY_MAX = 400
_OWNERS_MAX = 3


def exercise_line() -> str:
    """What nobody may miss."""
    return f"{EXERCISE}. This is a test of sitrep: nothing of what follows has happened."


def change(view: View) -> str:
    """`CORRECTION: killed: 62 -> 26 (Russian Defence Ministry)`; empty for what is new."""
    if not view.status_word:
        return ""
    return f"{view.status_word.upper()}: {clean(view.alert.why, _WHY_MAX) or 'see below'}"


def gist(view: View) -> Iterator[str]:
    """What, how sure, where; the toll and whose it is; what else is true; what speaks against believing it."""
    incident = view.incident
    what = capital(what_words(category_words(incident.category), kind_words(incident)))
    yield f"{what}, {sure_words(view)}: {place_words(incident.place, as_written=True)}"
    if known := view.tolls:
        yield toll_words(known, OWNER_MAX)
    for words, certainty in told_flags(incident):
        yield f"{capital(words)}, {certainty}"
    if alleges_violation(incident):
        yield f"Ceasefire violation alleged by {_owners(view, ClaimKind.VIOLATION)}"
    if is_denied(incident):
        yield f"DENIED by {_owners(view, ClaimKind.DENIAL) or 'somebody who is not named'}"
    if view.is_withdrawn:
        yield "WITHDRAWN: no source that told it tells it any more."
    elif view.confidence == "possible":
        wire = [source_words(source) for source in view.sources if len(source.publishers) > 1]
        yield "UNCONFIRMED: one source only" + (f" ({wire[0]})." if wire else ".")
    for other in incident.maybe_same[:5]:
        yield f"May be the same as incident {clean(other, 60)}"
    for other in incident.also[:5]:
        yield f"Also told as incident {clean(other, 60)}"


def _owners(view: IncidentView, kind: ClaimKind) -> str:
    """`U.S. Central Command, the Pentagon and 2 more`; empty where none is named."""
    names = list(dict.fromkeys(owner(claim.by) for claim, _ in deeds(view.incident, kind)))
    more = f" and {len(names) - _OWNERS_MAX} more" if len(names) > _OWNERS_MAX else ""
    return ", ".join(names[:_OWNERS_MAX]) + more
