"""What is said of an incident, and why now: its record in, alerts and silences out.  Pure.

Each alert keeps what it told.  What is to be said next is the difference between that and the incident as it stands, so
changes that come together are one update, what is taken back before it was sent is never said, and a story that comes
twice says nothing the second time.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from shared.core.edits import notices
from shared.core.incidents import (
    BREACHES,
    FIGURES,
    PRECISIONS,
    SILENCES_KEPT,
    Joined,
    belief,
    categories,
    confidence,
    current_incident,
    deeds,
    figure_words,
    figures,
    flag_words,
    flags,
    is_believed,
    is_denied,
    join,
    sources,
    told_by,
)
from shared.core.names import name_key, owner_words
from shared.core.policy import held_until
from shared.core.severity import CRITICAL, is_graver
from shared.types import (
    Alert,
    AlertState,
    Certainty,
    ClaimKind,
    Incident,
    Mute,
    Muted,
    Place,
    Policy,
    Precision,
    Silence,
    Status,
    Story,
    Told,
    ToldFigure,
)

_DEEDS = {
    ClaimKind.VIOLATION: "ceasefire violation: alleged by",
    ClaimKind.RESPONSIBILITY: "responsibility: spoken of by",
    ClaimKind.DENIAL: "denied by",
}
_VAGUE = (None, Precision.COUNTRY, Precision.REGION)
_PRECISIONS = (*PRECISIONS, None)


@dataclass(frozen=True, slots=True)
class Changes:
    """How what is known now differs from what a reader was told, a phrase for each coded field."""

    added: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()

    @property
    def status(self) -> Status | None:
        """What kind of alert tells of them; none where there are none."""
        if self.taken_back:
            return Status.CORRECTION
        return Status.UPDATE if self.added else None


def tells(incident: Incident) -> Told:
    """What a message about an incident as it stands would tell."""
    incident = current_incident(incident)
    told = [
        ToldFigure(
            kind,
            owner_words(figure.claim.by),
            figure_words(figure.claim),
            figure.number,
            is_open=figure.claim.max is None,
            is_attributed=bool(figure.claim.verb),
        )
        for kind in FIGURES
        for figure in figures(incident, kind)
    ]
    return Told(
        certainty=incident.certainty,
        severity=incident.severity,
        place=incident.place,
        figures=tuple(told),
        flags=tuple(flags(incident)),
        deeds=tuple((kind, owner_words(claim.by)) for kind in _DEEDS for claim, _ in deeds(incident, kind)),
        notices=tuple(dict.fromkeys(words for story in incident.stories for words in notices(story.edits))),
        is_withdrawn=not any(map(is_believed, incident.stories)),
        is_denied=is_denied(incident),
        categories=categories(incident),
    )


def changes(was: Told, incident: Incident) -> Changes:
    """What a reader who knows `was` does not know of an incident, and what he was told that nobody says any more."""
    now = tells(incident)
    if now.is_withdrawn:
        withdrawn = () if was.is_withdrawn else ("it is told no longer as having happened",)
        return Changes(tuple(_new_denial(was, now, incident)), withdrawn)
    added = ["it is told as having happened again"] if was.is_withdrawn else []
    gone = [f'a notice, "{" ".join(words.split())[:200]}"' for words in now.notices if words not in was.notices]
    for kind, word in FIGURES.items():
        old, new = ([figure for figure in told.figures if figure.kind is kind] for told in (was, now))
        more, less = _figure_changes(old, new)
        added += [f"{word}: {each}" for each in more]
        gone += [f"{word}: {each}" for each in less]
    if belief(now.certainty) < belief(was.certainty):
        gone.append(f"certainty: {was.certainty} -> {now.certainty}")
    elif belief(now.certainty) > belief(was.certainty) and _is_surer(was.certainty, now.certainty):
        added.append(f"certainty: {was.certainty} -> {now.certainty}")
    added += [flag_words(flag) for flag in now.flags if flag not in was.flags and (added or _is_backed(flag, incident))]
    gone += [f"no longer {flag_words(flag)}" for flag in was.flags if flag not in now.flags]
    added += [*_new_deeds(was, now, incident), *_new_denial(was, now, incident)]
    gone += [f"no longer {_DEEDS[kind]} {owner}" for kind, owner in _lost_deeds(was, now)]
    more, less = _place_changes(was.place, now.place, incident)
    return Changes((*added, *more), (*gone, *less))


def decide(
    known: Sequence[Incident],
    story: Story,
    now: datetime,
    policy: Policy,
    *,
    mutes: Collection[Mute] = (),
    taken: Collection[str] = (),
    opened: Mapping[date, int] | None = None,
) -> Joined:
    """Puts a story to what is known, as `join` does, and says of each incident that it changes what is to be said."""
    joined = join(known, story, taken=taken, opened=opened)
    if joined.is_known:
        return joined
    changed = (joined.home, *joined.others)
    told = {incident.id for incident in (*known, *changed) if was_told(incident)}
    home, *others = (
        review(each, now, policy, cause=_cause(each, story), mutes=mutes, told=told) if each.stories else each
        for each in changed
    )
    return replace(joined, home=home, others=tuple(others))


def _cause(incident: Incident, story: Story) -> Story | None:
    """The story that an incident got last; of one that is new by the leaving of others, its first."""
    if any(each.report.id == story.report.id for each in incident.stories):
        return story
    return None if incident.alerts or incident.silences else incident.stories[0]


def review(
    incident: Incident,
    now: datetime,
    policy: Policy,
    *,
    cause: Story | None = None,
    mutes: Collection[Mute] = (),
    told: Collection[str] = (),
) -> Incident:
    """The incident with what is to be said of it now: a pending alert, or the reason why its last story says nothing.

    `cause` is the story that it got last; none where time alone has passed.  `told` are ids of incidents that readers
    know of.  Reviewing again what nothing has happened to changes nothing.
    """
    pending = pending_alert(incident)
    if reason := _muted(incident, mutes):
        return _hushed(incident, now, cause, reason)
    heard = _heard(incident, mutes)
    if not heard.stories:
        return _hushed(incident, now, cause, "muted: feed")
    known = _known(incident)
    if known is None:
        # What was news when it was decided is not old because we held it.
        if reason := _not_news(heard, pending.decided_at if pending else now, policy, told):
            return _hushed(incident, now, cause, reason)
        status, why = Status.NEW, f"first report, by {_publisher(heard.stories[0])}"
    else:
        if cause is not None and not cause.revision and _is_old(cause, now, policy):
            return _silent(incident, now, cause, f"older than {_hours(policy.max_age)}")
        found = changes(known, heard)
        if found.status is None and pending is not None and pending.status is Status.CLOSED:
            return _silent(incident, now, cause, _nothing_new(incident, cause))
        if found.status is None:
            return _hushed(incident, now, cause, _nothing_new(incident, cause))
        status, why = found.status, _why(found, cause)
    says = tells(heard)
    due_at, reason = _due(heard, status, known, pending, now, policy)
    if pending is not None and (pending.status, pending.tells) == (status, says) and pending.due_at <= due_at:
        return _silent(incident, now, cause, _nothing_new(incident, cause))
    revision = pending.revision if pending else incident.revision + 1
    alert = Alert(
        id=f"{incident.id}-r{revision}",
        status=status,
        revision=revision,
        why=why,
        tells=says,
        decided_at=pending.decided_at if pending else now,
        due_at=due_at,
        reason=reason,
        report_id=cause.report.id if cause else pending.report_id if pending else "",
        is_burst=pending.is_burst if pending else False,
    )
    return replace(_with_alert(incident, alert), revision=revision, closed_at=None)


def pending_alert(incident: Incident) -> Alert | None:
    """What was decided and is not sent yet; none where all was."""
    return next((alert for alert in incident.alerts if alert.state is AlertState.PENDING), None)


def hangs_on_links(incident: Incident) -> bool:
    """Whether an incident is told only if readers know of none that it may be the same as."""
    precision = incident.place.precision if incident.place else None
    return precision in _VAGUE and all(alert.state is not AlertState.SENT for alert in incident.alerts)


def was_told(incident: Incident) -> bool:
    """Whether readers know of it, or are about to."""
    return any(alert.state is not AlertState.DROPPED for alert in incident.alerts)


def held_for_burst(incident: Incident, until: datetime) -> Incident:
    """The incident whose first alert is told with others of its country, then."""
    alert = pending_alert(incident)
    assert alert is not None
    due_at = max(alert.due_at, until)
    return _with_alert(incident, replace(alert, due_at=due_at, is_burst=True, reason="told with others of its country"))


def as_sent(incident: Incident, now: datetime, message_id: str) -> Incident:
    """The incident whose pending alert SNS has taken."""
    alert = pending_alert(incident)
    assert alert is not None
    done = replace(alert, state=AlertState.SENT, sent_at=now, message_id=message_id, message="")
    return _with_alert(incident, done)


def as_dropped(incident: Incident, reason: str) -> Incident:
    """The incident whose pending alert is never sent."""
    alert = pending_alert(incident)
    assert alert is not None
    return _with_alert(incident, replace(alert, state=AlertState.DROPPED, reason=reason, message=""))


def closes_at(incident: Incident, policy: Policy) -> datetime | None:
    """When an incident is over if nothing more comes; none where that has been decided."""
    if incident.closed_at is not None or incident.merged_into:
        return None
    moments = [alert.sent_at or alert.decided_at for alert in incident.alerts]
    return max([incident.last_seen_at, *moments]) + policy.close_after


def closed(incident: Incident, now: datetime, policy: Policy, mutes: Iterable[Mute] = ()) -> Incident:
    """The incident that is over: nothing new came of it.  Readers are told where the operator wants it."""
    if _known(incident) is None:
        return replace(incident, closed_at=now)
    revision = incident.revision + 1
    alert = Alert(
        id=f"{incident.id}-r{revision}",
        status=Status.CLOSED,
        revision=revision,
        why=f"nothing new for {_hours(policy.close_after)}",
        tells=tells(incident),
        decided_at=now,
        due_at=now,
    )
    if not policy.send_closed:
        alert = replace(alert, state=AlertState.DROPPED, reason="recorded only, as the stack is set")
    elif reason := _muted(incident, mutes):
        alert = replace(alert, state=AlertState.DROPPED, reason=reason)
    elif held := held_until(policy, now, incident.severity):
        alert = replace(alert, due_at=held, reason="held for quiet hours")
    return replace(_with_alert(incident, alert), revision=revision, closed_at=now)


def due_at(incident: Incident, policy: Policy) -> datetime | None:
    """When there is something to do about an incident though no story comes; none where never."""
    if alert := pending_alert(incident):
        return alert.due_at
    return closes_at(incident, policy)


def _muted(incident: Incident, mutes: Iterable[Mute]) -> str:
    for mute in mutes:
        is_it = mute.kind is Muted.INCIDENT and mute.target in (incident.id, *incident.also)
        if is_it or (mute.kind, mute.target) == (Muted.RULE, incident.category):
            return f"muted: {mute.kind} {mute.target}" + (f" ({mute.why})" if mute.why else "")
    return ""


def _heard(incident: Incident, mutes: Iterable[Mute]) -> Incident:
    """The incident as feeds tell it that are not muted."""
    feeds = {mute.target for mute in mutes if mute.kind is Muted.FEED}
    stories = tuple(story for story in incident.stories if story.feed_id not in feeds)
    return (
        told_by(incident, stories)
        if stories and len(stories) < len(incident.stories)
        else replace(incident, stories=stories)
    )


def _known(incident: Incident) -> Told | None:
    """What readers were told of an incident, under whatever id; none where they were told nothing."""
    told: dict[str, Told] = {}
    for alert in incident.alerts:
        name = alert.id.rpartition("-r")[0]
        if alert.state is AlertState.SENT:
            told.pop(name, None)  # what was told last stands last
            told[name] = alert.tells
    if not told:
        return None
    *others, last = told.values()
    return replace(
        last,
        figures=(*last.figures, *(figure for other in others for figure in other.figures)),
        flags=tuple(dict.fromkeys((*last.flags, *(flag for other in others for flag in other.flags)))),
        deeds=tuple(dict.fromkeys((*last.deeds, *(deed for other in others for deed in other.deeds)))),
        notices=tuple(dict.fromkeys((*last.notices, *(words for other in others for words in other.notices)))),
        is_denied=any(each.is_denied for each in told.values()),
    )


def _not_news(heard: Incident, now: datetime, policy: Policy, told: Collection[str]) -> str:
    """Why an incident that nobody was told of is not told now; empty where it is."""
    believed = [story for story in heard.stories if is_believed(story)]
    if not believed:
        if any(story.is_withdrawn for story in heard.stories):
            return "withdrawn, and never alerted"
        if is_denied(heard):
            return "denied, and never alerted"
        return f"{heard.certainty}: not told as having happened"
    if all(_is_old(story, now, policy) for story in believed):
        return f"older than {_hours(policy.max_age)}"
    precision = heard.place.precision if heard.place else None
    if precision in _VAGUE and (same := sorted(set(heard.maybe_same) & set(told))):
        return f"may be the same as {same[0]}, and says no nearer where"
    return ""


def _is_old(story: Story, now: datetime, policy: Policy) -> bool:
    if story.published_at is not None and now - story.published_at > policy.max_age:
        return True
    day = story.traits.day
    # A day has no hour: only what is past it everywhere on earth by so much is old.
    return story.traits.is_day_told and day is not None and now.date() - day > policy.max_age + timedelta(days=1)


def _hours(span: timedelta) -> str:
    return f"{span / timedelta(hours=1):g} h"


def _due(
    incident: Incident, status: Status, known: Told | None, pending: Alert | None, now: datetime, policy: Policy
) -> tuple[datetime, str]:
    """When an alert falls due, and why not at once."""
    since = pending.decided_at if pending else now
    due_at, reason = now, ""
    if status is Status.NEW and incident.severity < CRITICAL and confidence(incident) == "possible":
        due_at, reason = since + policy.wait, "waits for a second source"
    elif status is Status.UPDATE and known is not None and not is_graver(incident.severity, known.severity):
        due_at, reason = since + policy.gather, "gathers changes"
        updates = (alert.sent_at for alert in incident.alerts if alert.status is not Status.NEW and alert.sent_at)
        last = max(updates, default=None)
        if last is not None and last + policy.cool_down > due_at:
            due_at, reason = last + policy.cool_down, "cools down after the last update"
    if pending is not None and pending.is_burst:
        due_at, reason = max(due_at, pending.due_at), pending.reason
    due_at = max(due_at, now)
    if held := held_until(policy, due_at, incident.severity):
        return held, "held for quiet hours"
    return due_at, reason if due_at > now else ""


def _why(found: Changes, cause: Story | None) -> str:
    phrases = "; ".join((*found.taken_back, *found.added))
    if cause is None or not cause.revision:
        return phrases
    how = "edited its article" if cause.edits else "can be read now"
    return f"{_publisher(cause)} {how}: {phrases}"


def _nothing_new(incident: Incident, cause: Story | None) -> str:
    if cause is None:
        return "taken back before it was sent"
    if cause.revision:
        return "edited, and nothing that was told is changed by it"
    others = {name_key(story.publisher) for story in incident.stories if story.report.id != cause.report.id}
    is_source = is_believed(cause) and name_key(cause.publisher) not in others
    return "adds a source, changes no figure" if is_source else "adds nothing new"


def _hushed(incident: Incident, now: datetime, cause: Story | None, reason: str) -> Incident:
    """The incident of which nothing is said, and what was about to be said is not."""
    if pending_alert(incident):
        incident = as_dropped(incident, reason)
    return _silent(incident, now, cause, reason)


def _silent(incident: Incident, now: datetime, cause: Story | None, reason: str) -> Incident:
    if cause is None:
        return incident
    silences = (*incident.silences, Silence(now, cause.report.id, reason))
    return replace(incident, silences=silences[-SILENCES_KEPT:])


def _with_alert(incident: Incident, alert: Alert) -> Incident:
    """The incident with an alert, in the place of the pending one where there is one."""
    others = tuple(each for each in incident.alerts if each.state is not AlertState.PENDING)
    return replace(incident, alerts=(*others, alert))


def _publisher(story: Story) -> str:
    return owner_words(story.publisher) or "an unnamed publisher"


def _figure_changes(old: Sequence[ToldFigure], new: Sequence[ToldFigure]) -> tuple[list[str], list[str]]:
    """Of one kind of toll: what is news, and what is told no longer."""
    gone = [figure for figure in old if _key(figure) not in set(map(_key, new))]
    fresh = [figure for figure in new if _key(figure) not in set(map(_key, old))]
    if gone and (back := _taken_back(gone, old, new)):
        instead = [each for each in fresh if any(_owner(each) == _owner(was) for was in back)] or fresh
        instead = instead or sorted(new, key=lambda figure: -figure.number)[:1]
        return [], [f"{_figures(back)} -> {_figures(instead) or 'no figure'}"]
    news = [figure for figure in fresh if _is_news(figure, old)]
    if not news:
        return [], []
    highest = sorted(old, key=lambda figure: -figure.number)[:1]
    # An arrow says that a toll was revised: another's lower figure stands beside it.
    sign = ", also" if highest and all(figure.number < highest[0].number for figure in news) else " ->"
    return [f"{_figures(highest) or 'no figure'}{sign} {_figures(news)}"], []


def _taken_back(gone: Iterable[ToldFigure], old: Sequence[ToldFigure], new: Sequence[ToldFigure]) -> list[ToldFigure]:
    """What is gone because it was wrong, and not because its teller has caught up with a higher toll."""
    highest = max((figure.number for figure in new), default=-1)
    back = []
    for figure in gone:
        own = [each.number for each in new if _owner(each) == _owner(figure)]
        is_lowered = highest < figure.number or any(number < figure.number for number in own)
        is_disowned = not own and figure.is_attributed and all(each.number <= figure.number for each in new)
        if (is_lowered and figure.number not in own) or is_disowned:
            back.append(figure)
    return back


def _is_news(figure: ToldFigure, old: Sequence[ToldFigure]) -> bool:
    """Whether it widens what is told: higher, or lower by the word of somebody who had said nothing yet.

    A lower figure of the same owner is most often an older copy of his words; "at least 13" and "about 60" say nothing
    against the 62 already told.
    """
    numbers = [each.number for each in old]
    if not numbers or figure.number > max(numbers):
        return True
    if figure.is_open or not figure.is_attributed or figure.number >= min(numbers):
        return False
    return all(_owner(each) != _owner(figure) for each in old)


def _key(figure: ToldFigure) -> tuple[str, str]:
    return _owner(figure), figure.words


def _owner(figure: ToldFigure) -> str:
    return name_key(figure.owner)


def _figures(told: Iterable[ToldFigure]) -> str:
    return ", ".join(f"{figure.words} ({figure.owner})" for figure in told)


def _is_surer(was: Certainty, now: Certainty) -> bool:
    """Whether a reader may believe it more; that a paper leaves out "officials said" makes it no surer."""
    return now is Certainty.OBSERVED or was not in (Certainty.CLAIMED, Certainty.REPORTED)


def _is_backed(flag: str, incident: Incident) -> bool:
    """Whether two sources say so, or an official observer; by the word of one it comes along with what else is new."""
    tellers = [source for source in sources(incident) if any(flag in story.report.flags for story in source.stories)]
    return len(tellers) > 1 or flags(incident)[flag] is Certainty.OBSERVED


def _new_deeds(was: Told, now: Told, incident: Incident) -> Iterator[str]:
    """Who first alleges a violation, or first speaks of who did it."""
    for kind in (ClaimKind.VIOLATION, ClaimKind.RESPONSIBILITY):
        is_told = any(deed is kind for deed, _ in was.deeds)
        if not is_told and not (kind is ClaimKind.VIOLATION and incident.category in BREACHES):
            yield from (f"{_DEEDS[kind]} {owner}" for deed, owner in now.deeds if deed is kind)


def _new_denial(was: Told, now: Told, incident: Incident) -> Iterator[str]:
    if was.is_denied or not now.is_denied:
        return
    owners = [owner for deed, owner in now.deeds if deed is ClaimKind.DENIAL]
    teller = next((s for s in incident.stories if s.report.certainty is Certainty.DENIED), incident.stories[-1])
    yield "denied by " + (", ".join(owners) or f"someone, {_publisher(teller)} says")


def _lost_deeds(was: Told, now: Told) -> list[tuple[ClaimKind, str]]:
    told = {(kind, name_key(owner)) for kind, owner in now.deeds}
    return [(kind, owner) for kind, owner in was.deeds if (kind, name_key(owner)) not in told]


def _place_changes(was: Place | None, now: Place | None, incident: Incident) -> tuple[list[str], list[str]]:
    if now is None or (was is not None and was.id == now.id):
        return [], [f"place: {was.name} -> not stated"] if was is not None and now is None else []
    phrase = [f"place: {was.name if was else 'not stated'} -> {now.name}"]
    ranks = [_PRECISIONS.index(place.precision if place else None) for place in (was, now)]
    if ranks[1] < ranks[0]:
        return phrase, []
    places = [story.report.place for story in incident.stories if is_believed(story)]
    is_still_told = any(place is not None and was is not None and place.id == was.id for place in places)
    return [], [] if is_still_told else phrase
