"""An operator's rule, sound and broken, for the commands that take one."""

FIRES = [f"A landslide buried {number} houses in the valley." for number in range(2, 10)]
QUIET = [f"The price of bread fell {number} times." for number in range(2, 10)]


def rule(category: str = "landslide", word: str = "landslide(|s)", more: str = "", fires: list[str] = FIRES) -> str:
    """A rule file's text; `more` are keys of its top level."""
    return (
        f'category = "{category}"\nversion = 1\nseverity = 30\nwhy = "Ground that slides."\n{more}\n'
        f'[terms]\nen = ["{word}"]\n[examples]\nfires = {fires}\nquiet = {QUIET}\n'
    )


LANDSLIDE = rule()
BROKEN = LANDSLIDE.replace("severity = 30", "severity = 300")
