"""How an alert reads: an incident and its alert in, the message for each channel out.  Pure."""

from shared.core.render.burst import render_burst
from shared.core.render.message import Message, render_message, to_publish
from shared.core.render.sms import render_sms_budget

__all__ = ["Message", "render_burst", "render_message", "render_sms_budget", "to_publish"]
