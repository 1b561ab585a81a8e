"""One message for all channels: an incident and its alert in, what SNS is given out.  Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from shared.core.incidents import categories, flags
from shared.core.render.data import render_data
from shared.core.render.email import render_default, render_email
from shared.core.render.sms import render_sms
from shared.core.render.subject import render_subject
from shared.core.render.text import clean, is_name
from shared.core.render.view import View, make_view
from shared.core.render.words import country_code
from shared.core.sns_contract import MESSAGE_MAX_BYTES
from shared.types import Alert, AlertState, Incident, Told

PROGRAMS = ("email-json", "http", "https", "sqs", "lambda")
"""SNS's protocols that get the JSON object."""

_NAMES_MAX = 20
_EDITIONS = (20, 10, 5, 2, 0)
"""How much is listed; the first that SNS takes is sent."""
_ROOM = MESSAGE_MAX_BYTES - 12_000
"""For all bodies; the rest is for attributes."""

Attributes = dict[str, str | int | list[str]]


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out about one alert, or about several in one."""

    subject: str
    bodies: dict[str, str]
    """By SNS protocol: `default`, `email`, `sms`, and the one JSON object for each that programs read."""
    attributes: Attributes
    """What subscriptions filter by.  `country` is missing where it is not known, `flags` where there are none,
    `exercise` where it is none."""


def render_message(
    incident: Incident, alert: Alert, *, zone: str = "UTC", sms: bool = True, is_exercise: bool = False
) -> Message:
    """What every channel says of an alert; of a page that was read in several editions, by its latest.

    `zone` is the reader's, of the tz database.  Without `sms` the message says that phones are not to get it: they
    subscribe to those that are `sms: yes`.
    """
    view = make_view(incident, alert, zone=zone, is_exercise=is_exercise)
    subject, attributes = render_subject(view), _attributes(view, is_sms=sms)
    editions = (_bodies(make_view(incident, alert, zone=zone, is_exercise=is_exercise, most=n)) for n in _EDITIONS)
    return Message(subject, first_that_fits(editions), attributes)


def to_publish(message: Message) -> dict[str, object]:
    """The arguments of boto3's `sns.publish`, all but the topic."""
    return {
        "Subject": message.subject,
        "Message": _wire(message.bodies),
        "MessageStructure": "json",
        "MessageAttributes": {name: _attribute(value) for name, value in message.attributes.items()},
    }


def for_all(default: str, email: str, sms: str, data: str) -> dict[str, str]:
    """The bodies by protocol."""
    return {"default": default, "email": email, "sms": sms, **dict.fromkeys(PROGRAMS, data)}


def first_that_fits(editions: Iterable[dict[str, str]]) -> dict[str, str]:
    """The fullest bodies that SNS takes, of several, the fullest first; the last if need be.

    SNS counts the bytes of every body, as it stands in the one JSON that carries them all.
    """
    for bodies in editions:
        if len(_wire(bodies).encode()) <= _ROOM:
            break
    return bodies


def name_list(told: list[str]) -> list[str]:
    """Flags or categories that a filter policy can name, each once."""
    cleaned = (clean(each, 60) for each in told)
    return list(dict.fromkeys(each for each in cleaned if is_name(each)))[:_NAMES_MAX]


def _bodies(view: View) -> dict[str, str]:
    return for_all(render_default(view), render_email(view), render_sms(view), render_data(view))


def _wire(bodies: dict[str, str]) -> str:
    return json.dumps(bodies, ensure_ascii=False)


def _attributes(view: View, *, is_sms: bool) -> Attributes:
    """By what stands now, and by what was told before: whoever was told hears what becomes of it."""
    incident = view.incident
    told = [alert.tells for alert in incident.alerts if alert.state is AlertState.SENT]
    known: list[Incident | Told] = [incident, *told]
    certainties = list(dict.fromkeys(str(each.certainty) for each in known))
    told_as = name_list([*categories(incident), *(name for each in told for name in each.categories)]) or ["unknown"]
    attributes: Attributes = {
        "category": told_as if len(told_as) > 1 else told_as[0],
        "severity": max(each.severity for each in known),
        "certainty": certainties if len(certainties) > 1 else certainties[0],
        "status": str(view.alert.status),
        "incident_id": clean(incident.id, 60),
        # The message's own language, not the article's.
        "lang": "en",
        "sms": "yes" if is_sms else "no",
    }
    if countries := list(dict.fromkeys(code for each in known if (code := country_code(each.place)))):
        attributes["country"] = countries
    if flagged := name_list([*flags(incident), *(flag for each in told for flag in each.flags)]):
        attributes["flags"] = flagged
    if view.is_exercise:
        attributes["exercise"] = "true"
    return attributes


def _attribute(value: str | int | list[str]) -> dict[str, str]:
    if isinstance(value, list):
        return {"DataType": "String.Array", "StringValue": json.dumps(value, ensure_ascii=False)}
    if isinstance(value, int):
        return {"DataType": "Number", "StringValue": str(value)}
    return {"DataType": "String", "StringValue": value}
