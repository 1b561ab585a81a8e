"""The outbox: what was decided to be said goes out when it is due.  Used by notify.

The decision, the message and its time are stored in one conditional write, then the message is published, then it is
marked as sent.  Dying in between loses nothing: what is pending is sent by the story that comes again, or by the
schedule.  Only dying between publishing and marking repeats a message, and SNS gives no more than that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.core.alerts import as_dropped, as_sent, closed, due_at, held_for_burst, pending_alert, review
from shared.core.codec import encode
from shared.core.edits import rereads
from shared.core.incidents import key_of
from shared.core.latency import latency
from shared.core.policy import held_until
from shared.core.render import Message, render_burst, render_message, render_sms_budget, to_publish
from shared.errors import ContractError, TransientError
from shared.types import Alert, Due, Incident, Policy, Status

if TYPE_CHECKING:
    from shared.adapters.incident_store import IncidentStore
    from shared.adapters.mute_store import MuteStore
    from shared.adapters.sns import Topic
    from shared.adapters.sqs import Queue
    from shared.adapters.tally_store import TallyStore

MOST_AT_ONCE = 100
"""Incidents that one wake of the schedule sees to; the next comes a minute later."""
_LEASE = timedelta(minutes=1)
"""As long as the function may run: no two wakes of the schedule are at bursts at once."""
_SAID_OVER_BUDGET = frozenset({1, 10, 100, 1_000, 10_000})
"""After so many alerts over a day's budget phones are told how many they miss."""

Measure = Callable[[str, float], None]
"""Takes the name of a metric, and a value."""


def _unmeasured(name: str, value: float) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Where decisions are kept, and where they go out."""

    incidents: IncidentStore
    tallies: TallyStore
    mutes: MuteStore
    topic: Topic
    orders: Queue
    """Of the groups of stories: what falls due later comes back to its own."""
    rereads: Queue
    policy: Policy
    measure: Measure = _unmeasured

    @property
    def zone(self) -> str:
        """The name of the operator's time zone."""
        return str(self.policy.zone)

    def keep(self, incidents: Iterable[Incident], now: datetime) -> list[Incident]:
        """Stores incidents with what was decided of them, all or none, before any of it is sent."""
        ready = [self._written(self._with_burst(incident, now)) for incident in incidents]
        kept = self.incidents.put([(incident, due_at(incident, self.policy)) for incident in ready], now)
        if opened := sum(not incident.version for incident in ready):
            self.measure("IncidentsNew", opened)
        return kept

    def send(self, incident: Incident, now: datetime) -> Incident:
        """Publishes what is due of a kept incident, and marks it; the incident as it is then."""
        alert = pending_alert(incident)
        if alert is None or alert.due_at > now or alert.is_burst:
            return incident
        try:
            message_id = self._publish(self._message(incident, alert, now))
        except ContractError as error:
            # Our bug, and the same whenever it is tried: it must not come back for ever and hold its group up.
            dropped = as_dropped(incident, f"not what SNS takes: {error}")
            self.incidents.put([(dropped, due_at(dropped, self.policy))], now)
            raise
        return self._mark(incident, alert, message_id, now)

    def order_due(self, now: datetime) -> list[Alert]:
        """Orders all seen to that has fallen due by now; the alerts that went out in bursts.

        An order goes to the incident's own group, where stories come one after the other: none is sent by two at once.
        What is new of many incidents is sent here, in one message.
        """
        orders: list[tuple[Due, str]] = []
        bursts: dict[str, list[tuple[str, str]]] = {}
        for incident in self.incidents.due_before(now, MOST_AT_ONCE):
            alert = pending_alert(incident)
            if alert is not None and alert.is_burst and alert.due_at <= now:
                bursts.setdefault(_country(incident), []).append((incident.group, key_of(incident)))
            else:
                orders.append((Due(incident.group, key_of(incident)), f"{incident.id}.{incident.version}"))
        self.orders.send((encode(due) for due, _ in orders), groups=((due.group, once) for due, once in orders))
        if not bursts or not self.tallies.lease("bursts", now, now + _LEASE):
            return []
        sent, failed = [], []
        for country, keys in bursts.items():
            try:
                sent += self._send_burst(country, keys, now)
            except Exception as error:  # noqa: BLE001 - raised below: the other countries are told first
                failed.append(error)
        self.tallies.lease_ended("bursts", now)
        if failed:
            raise failed[0]
        return sent

    def see_to(self, due: Due, now: datetime) -> Incident | None:
        """Sends what is due of an incident, or closes it when nothing is new for long; None where it is no more."""
        incident = next(iter(self.incidents.get_keys([(due.group, due.key)])), None)
        if incident is None or (moment := due_at(incident, self.policy)) is None or moment > now:
            return incident
        if pending_alert(incident) is None:
            after = closed(incident, now, self.policy, self.mutes.active(now))
        else:
            after = review(incident, now, self.policy, mutes=self.mutes.active(now))
        if after != incident:
            (after,) = self.keep([after], now)
        return self.send(after, now)

    def _with_burst(self, incident: Incident, now: datetime) -> Incident:
        """The incident, held to be told with others where too many of its country are new at once."""
        alert = pending_alert(incident)
        if alert is None or alert.status is not Status.NEW or alert.message or alert.is_burst or not self.policy.burst:
            return incident
        within = self.policy.burst_within
        before, first = self.tallies.note_new(_country(incident), incident.id, now, within)
        if before + 1 < self.policy.burst:
            return incident
        until = first + within
        return held_for_burst(incident, held_until(self.policy, until, incident.severity) or until)

    def _written(self, incident: Incident) -> Incident:
        """The incident whose pending alert has its message."""
        alert = pending_alert(incident)
        if alert is None or alert.message:
            return incident
        message = encode(to_publish(render_message(incident, alert, zone=self.zone)))
        alerts = tuple(replace(alert, message=message) if each is alert else each for each in incident.alerts)
        return replace(incident, alerts=alerts)

    def _message(self, incident: Incident, alert: Alert, now: datetime) -> dict[str, Any]:
        """What SNS is given: as it was decided, but for phones when their day's budget is used up."""
        over = self._sms_over(alert, now)
        if over > 0:
            return self._over_budget(
                render_message(incident, alert, zone=self.zone, sms=over in _SAID_OVER_BUDGET), over
            )
        return dict(json.loads(alert.message))

    def _sms_over(self, alert: Alert, now: datetime) -> int:
        """The how-manyeth message over the day's budget for phones this one is; 0 and less within it."""
        if not self.policy.sms_a_day:
            return 0
        over = self.tallies.count_sms(now.astimezone(self.policy.zone).date(), alert.id) - self.policy.sms_a_day
        self.measure("SmsLeft", max(0, -over))
        return over

    def _over_budget(self, message: Message, over: int) -> dict[str, Any]:
        if over in _SAID_OVER_BUDGET:
            message = replace(message, bodies={**message.bodies, "sms": render_sms_budget(over)})
        return to_publish(message)

    def _mark(self, incident: Incident, alert: Alert, message_id: str, now: datetime) -> Incident:
        # The orders go before the mark: a repeat of them is read once, one that was never given would be lost.
        for order in rereads(incident, alert, now):
            self.rereads.send([encode(order)], delay=order.due_at - now)
        after = as_sent(incident, now, message_id)
        (kept,) = self.incidents.put([(after, due_at(after, self.policy))], now)
        self._measure_sent(kept, alert.id)
        return kept

    def _publish(self, message: dict[str, Any]) -> str:
        try:
            message_id = self.topic.publish(message)
        except ContractError:
            self.measure("PublishesRefused", 1)
            raise
        if message["MessageAttributes"].get("sms", {}).get("StringValue") == "yes":
            self.measure("SmsAlerts", 1)
        return message_id

    def _measure_sent(self, incident: Incident, alert_id: str) -> None:
        alert = next(alert for alert in incident.alerts if alert.id == alert_id)
        self.measure(f"Alerts{alert.status.capitalize()}", 1)
        if (took := latency(incident, alert)) is None:
            return
        if took.since_published is not None:
            self.measure("PublishedToSentSeconds", took.since_published.total_seconds())
        if took.since_read is not None:
            self.measure("ReadToSentSeconds", took.since_read.total_seconds())

    def _send_burst(self, country: str, keys: Sequence[tuple[str, str]], now: datetime) -> list[Alert]:
        """Publishes one message for all of them that are still to be told, and marks each; those that are marked."""
        pairs = []
        mutes = self.mutes.active(now)
        for incident in self.incidents.get_keys(keys):
            after = review(incident, now, self.policy, mutes=mutes)
            if after != incident:
                (after,) = self.keep([after], now)
            alert = pending_alert(after)
            if alert is not None and alert.is_burst and alert.due_at <= now:
                pairs.append((after, alert))
        if not pairs:
            return []
        pairs.sort(key=lambda pair: pair[1].id)
        if len(pairs) == 1:
            message = self._message(*pairs[0], now)
        else:
            over = self._sms_over(pairs[0][1], now)
            is_sms = over <= 0 or over in _SAID_OVER_BUDGET
            message = self._over_budget(render_burst(pairs, country, zone=self.zone, sms=is_sms), over)
        message_id = self._publish(message)
        done = []
        for incident, alert in pairs:
            try:
                self._mark(incident, alert, message_id, now)
                done.append(alert)
            except TransientError:  # another writer was at it: it is told again with what he brought
                continue
        return done


def _country(incident: Incident) -> str:
    return incident.place.country if incident.place else ""
