"""When an alert falls due by the operator's policy.  Pure: the time is an argument."""

from datetime import datetime, timedelta

from shared.core.severity import CRITICAL
from shared.types import Policy


def held_until(policy: Policy, moment: datetime, severity: int) -> datetime | None:
    """Until when quiet hours hold what falls due at this moment; none where they do not."""
    if policy.quiet is None or severity >= CRITICAL:
        return None
    start, end = policy.quiet.start, policy.quiet.end
    local = moment.astimezone(policy.zone)
    clock = local.time()
    is_evening = start > end and clock >= start
    if not (is_evening or (clock < end if start > end else start <= clock < end)):
        return None
    day = local.date() + timedelta(days=is_evening)
    return datetime.combine(day, end, policy.zone).astimezone(moment.tzinfo)
