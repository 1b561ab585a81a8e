"""Stories told one after the other, as notify joins and decides them, without the stores; for tests."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.core.alerts import as_sent, closed, closes_at, decide, due_at, pending_alert
from shared.core.incidents import head_of, home_of
from shared.core.kinship import may_hold
from shared.types import Alert, Incident, Mute, Policy, Story

AT_ONCE = Policy(gather=timedelta(0), cool_down=timedelta(0), burst=0)
"""Nothing is held back."""


@dataclass
class Desk:
    policy: Policy = AT_ONCE
    mutes: tuple[Mute, ...] = ()
    incidents: dict[str, Incident] = field(default_factory=dict)
    sent: list[Alert] = field(default_factory=list)

    def tell(self, story: Story, now: datetime) -> Incident:
        """The incident that a story tells of, as it is after; what is due of it is sent."""
        known = [
            incident
            for incident in self.incidents.values()
            if incident.group == home_of(story)
            and not incident.merged_into
            and (story.revision or may_hold(head_of(incident), story))
        ]
        joined = decide(known, story, now, self.policy, mutes=self.mutes, taken=self.incidents)
        if joined.is_known:
            return joined.home
        for incident in joined.others:
            self._keep(incident, now)
        return self._keep(joined.home, now)

    def pass_time(self, until: datetime) -> None:
        """Sends what falls due until then, and closes what is over."""
        while due := [
            (moment, incident.id)
            for incident in self.incidents.values()
            if (moment := due_at(incident, self.policy)) is not None and moment <= until
        ]:
            moment, name = min(due)
            incident = self.incidents[name]
            if pending_alert(incident) is None:
                end = closes_at(incident, self.policy)
                assert end is not None
                incident = closed(incident, end, self.policy)
            self._keep(incident, moment)

    def _keep(self, incident: Incident, now: datetime) -> Incident:
        alert = pending_alert(incident)
        if alert is not None and alert.due_at <= now:
            self.sent.append(alert)
            incident = as_sent(incident, now, f"message-{len(self.sent)}")
        self.incidents[incident.id] = incident
        return incident
