"""Incidents whose every word a stranger chose, for hypothesis."""

from typing import Any

from hypothesis import strategies as st

from shared.types import Certainty, Evidence, Field, Place, Precision, Status
from tests.core.site.told import alert, figure, incident, story

TRICKS = (
    "</title><script>alert(1)</script>",
    "]]>",
    "<!--",
    "&lt;b&gt; &amp; &#0;",
    '=HYPERLINK("https://evil.example","see")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1,2)",
    "-2;=1+1",
    "\t=1",
    "\r=1",
    "＝1+1",
    "\u202egnp.exe",
    "\u2066hidden\u2069",
    "\x00\x01\x08\x0b\x1f\x7f\x85",
    "\ufffe\uffff",
    "\ud800",
    "line\u2028break\u2029here",
    "a\u200bb\ufeff",
    'https://news.example/"onmouseover=alert(1)',
    "javascript:alert(1)",
)
WORDS = st.one_of(
    st.sampled_from(TRICKS),
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.builds(lambda *parts: "".join(parts), st.text(max_size=10), st.sampled_from(TRICKS), st.text(max_size=10)),
)
PLACES = st.one_of(
    st.none(),
    st.builds(
        Place,
        id=WORDS,
        name=WORDS,
        as_written=WORDS,
        country=WORDS,
        country_name=WORDS,
        lat=st.one_of(st.none(), st.floats(-90, 90)),
        lon=st.one_of(st.none(), st.floats(-180, 180)),
        precision=st.sampled_from(Precision),
    ),
)


@st.composite
def incidents(draw: Any) -> Any:
    """Told twice, in words that mean harm."""
    stories = tuple(
        story(
            number,
            figure(draw(st.integers(0, 10**12)), draw(WORDS)),
            id=draw(WORDS) or "r",
            category=draw(st.sampled_from(["airstrike", "chemical", draw(WORDS)])),
            certainty=draw(st.sampled_from(Certainty)),
            severity=draw(st.integers(0, 100)),
            place=draw(PLACES),
            kind=draw(WORDS),
            flags=(draw(WORDS),),
            sentence=Evidence("airstrike/1", Field.TEXT, 0, 5, draw(WORDS)),
            title=draw(WORDS),
            publisher=draw(WORDS),
            url=draw(WORDS),
            article_key=draw(WORDS),
        )
        for number in range(draw(st.integers(1, 3)))
    )
    told = (alert(why=draw(WORDS)), alert(2, draw(st.sampled_from(Status)), why=draw(WORDS)))
    return incident(*stories, alerts=told)
