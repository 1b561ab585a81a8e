"""How an alert reads: an incident and its alert in, the message for each channel out.  Pure."""

from shared.core.render.message import Message, render_message, to_publish

__all__ = ["Message", "render_message", "to_publish"]
