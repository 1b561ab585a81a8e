"""One message for all channels: an incident and its alert in, what SNS is given out.  Pure."""

import json
from dataclasses import dataclass, replace

from shared.core.incidents import current_stories, flags
from shared.core.render.email import render_email
from shared.core.render.sms import render_sms
from shared.core.render.subject import render_subject
from shared.core.render.text import clean
from shared.core.render.words import country_code
from shared.types import Alert, Incident

_FLAGS_MAX = 20


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out about one alert."""

    subject: str
    bodies: dict[str, str]
    """By SNS protocol: `default`, `email`, `sms`."""
    attributes: dict[str, str | int | list[str]]
    """What subscriptions filter by.  `country` is missing where it is not known, `flags` where there are none."""


def render_message(incident: Incident, alert: Alert) -> Message:
    """What every channel says of an alert; of a page that was read in several editions, by its latest."""
    incident = replace(incident, stories=current_stories(incident))
    email = render_email(incident, alert)
    attributes: dict[str, str | int | list[str]] = {
        "category": clean(incident.category, 60) or "unknown",
        "severity": incident.severity,
        "certainty": str(incident.certainty),
        "status": str(alert.status),
        "incident_id": clean(incident.id, 60),
        # The message's own language, not the article's.
        "lang": "en",
    }
    if country := country_code(incident.place):
        attributes["country"] = [country]
    if told := [flag for each in flags(incident) if (flag := clean(each, 60))]:
        attributes["flags"] = told[:_FLAGS_MAX]
    return Message(
        subject=render_subject(incident, alert),
        bodies={"default": email, "email": email, "sms": render_sms(incident, alert)},
        attributes=attributes,
    )


def to_publish(message: Message) -> dict[str, object]:
    """The arguments of boto3's `sns.publish`, all but the topic."""
    return {
        "Subject": message.subject,
        "Message": json.dumps(message.bodies, ensure_ascii=False),
        "MessageStructure": "json",
        "MessageAttributes": {name: _attribute(value) for name, value in message.attributes.items()},
    }


def _attribute(value: str | int | list[str]) -> dict[str, str]:
    if isinstance(value, list):
        return {"DataType": "String.Array", "StringValue": json.dumps(value, ensure_ascii=False)}
    if isinstance(value, int):
        return {"DataType": "Number", "StringValue": str(value)}
    return {"DataType": "String", "StringValue": value}
