"""How bad it is, 0 to 100, in; one word out.  Pure."""

CRITICAL = 80
"""From here on a night's sleep is worth less than the news."""
_WORDS = ((CRITICAL, "critical"), (60, "high"), (40, "medium"))


def severity_word(severity: int) -> str:
    """How bad, in one word."""
    return next((word for least, word in _WORDS if severity >= least), "low")


def is_graver(severity: int, than: int) -> bool:
    """Whether it is worse by a whole word; a toll that rises by one is not."""
    return severity > than and severity_word(severity) != severity_word(than)
