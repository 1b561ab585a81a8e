"""Stories told one after the other, as notify joins and decides them, without the stores; for tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.core.alerts import as_sent, closed, closes_at, decide, due_at, pending_alert
from shared.core.incidents import Joined
from shared.core.sight import Shelf, settle
from shared.types import Alert, Incident, Mute, Policy, Story

AT_ONCE = Policy(gather=timedelta(0), cool_down=timedelta(0), burst=0)
"""Nothing is held back."""


@dataclass
class Desk:
    policy: Policy = AT_ONCE
    mutes: tuple[Mute, ...] = ()
    shelf: Shelf = field(default_factory=Shelf)
    sent: list[Alert] = field(default_factory=list)

    @property
    def incidents(self) -> dict[str, Incident]:
        """By id."""
        return self.shelf.incidents

    def tell(self, story: Story, now: datetime) -> Incident:
        """The incident that a story tells of, as it is after; what is due of it is sent."""

        def join(known: Sequence[Incident]) -> Joined:
            return decide(known, story, now, self.policy, mutes=self.mutes, taken=self.incidents)

        joined = settle(story, self.shelf.heads(story), self.shelf.get, join)
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
        self.shelf.keep(incident)
        return incident
