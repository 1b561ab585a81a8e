"""What holds for any text, shown on the rules' own examples: quotes are exact, the way a text is written changes
nothing in what it reports, nothing is too strange, and the work grows with the text."""

import re
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from types import FrameType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.detect import detect, load_lexicon
from shared.detect.lexicon import Lexicon
from shared.detect.operators import with_files
from shared.detect.packaged import packaged_rules
from shared.detect.phrases import LONGEST
from shared.detect.scan import scan
from shared.detect.sentences import sentences
from shared.detect.silence import silences
from shared.errors import SettingError
from shared.types import Article, Evidence, Field, Paragraph, Report

from .articles import article

LEXICON = load_lexicon()
EXAMPLES = tuple(dict.fromkeys(each for rule in packaged_rules() for each in (*rule.fires, *rule.quiet)))
# Those that are whole sentences may stand one behind the other.
SENTENCES = tuple(each for each in EXAMPLES if re.search(r"\w[.!?]$", each) and not each[0].islower())


def laid_out(*paragraphs: str, title: str = "") -> Article:
    """An article of these paragraphs, whatever line breaks they hold."""
    spans, start = [], 0
    for each in paragraphs:
        spans.append(Paragraph(start, start + len(each)))
        start += len(each) + 1
    return replace(article(title=title), text="\n".join(paragraphs), paragraphs=tuple(spans))


Telling = tuple[str, str, tuple[tuple[str, int | None, int | None, int | None], ...]]


def told(whole: Article) -> set[Telling]:
    """What it reports, how sure that is, and the figures."""
    return {
        (r.category, r.certainty, tuple((c.kind, c.value, c.min, c.max) for c in r.claims))
        for r in detect(whole, LEXICON)
    }


@cache
def told_by(example: str) -> set[Telling]:
    return told(laid_out(example))


# --- quotes --------------------------------------------------------------------------------------------------

NOISE = {
    "soft hyphen": "\u00ad",
    "ligature": "\ufb01",
    "a letter that opens up into words": "\ufdfa",
    "a letter that lower case makes two": "\u0130",
    "combining accent": "\u0301",
    "no-break space": "\u00a0",
    "double space": "  ",
    "line break of Windows": "\r\n",
    "empty line": "\n\n",
    "entity escaped twice": "&amp;#39;",
    "possessive without its ampersand": " #39;s",
    "quote as an entity": "&quot;",
    "hyphen at the end of a line": "-\n",
    "tatweel": "\u0640",
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "emoji": "\U0001f468\u200d\U0001f692",
    "NUL": "\0",
    "half of a pair": "\ud83d",
    "right-to-left mark": "\u200f",
    "order of writing overridden": "\u202e",
    "curly apostrophe": "\u2019",
    "full stop": ".",
}


@st.composite
def noisy(draw: st.DrawFn) -> str:
    """Some examples with noise in and between them."""
    text = draw(st.sampled_from(["", " ", "\n"])).join(draw(st.lists(st.sampled_from(EXAMPLES), max_size=4)))
    for noise in draw(st.lists(st.sampled_from(sorted(NOISE.values())), max_size=8)):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + noise + text[at:]
    return text


def spans(report: Report) -> list[Evidence]:
    cues = [cue.evidence for cue in (*report.cues, *report.against)]
    return [*report.evidence, report.sentence, *(claim.sentence for claim in report.claims), *cues]


def check_quotes(whole: Article, quotes: Iterable[Evidence]) -> None:
    for quote in quotes:
        source = whole.title if quote.field is Field.TITLE else whole.text
        assert quote.text
        assert 0 <= quote.start < quote.end <= len(source)
        assert source[quote.start : quote.end] == quote.text


def check(whole: Article) -> None:
    """What is reported is exact in what it quotes."""
    for report in detect(whole, LEXICON):
        check_quotes(whole, spans(report))
        first, sentence = report.evidence[0], report.sentence
        assert first.field is sentence.field
        assert sentence.start <= first.start < first.end <= sentence.end
        assert 0 <= report.severity <= 100
        assert 0 <= report.score <= 1


def check_silences(whole: Article) -> None:
    for silence in silences(whole, LEXICON, set()):
        check_quotes(whole, [each for each in (silence.heard, silence.by) if each is not None])


@settings(max_examples=100, deadline=None)
@given(title=noisy(), text=noisy())
def test_every_quote_slices_the_archived_text(title: str, text: str) -> None:
    whole = article(text, title)

    check(whole)
    check_silences(whole)


@pytest.mark.parametrize("noise", NOISE)
def test_every_quote_slices_a_text_with_noise_between_all_its_words(noise: str) -> None:
    for start in range(0, len(EXAMPLES), 60):
        text = "\n".join(EXAMPLES[start : start + 20]).replace(" ", f" {NOISE[noise]}")

        check(article(text))


ANY = st.text(st.characters(exclude_categories=()), max_size=200)


@settings(max_examples=100, deadline=None)
@given(title=ANY, text=st.lists(st.one_of(ANY, st.sampled_from(EXAMPLES)), max_size=4).map("".join))
def test_no_text_is_too_strange(title: str, text: str) -> None:
    whole = replace(article(title=title), text=text, paragraphs=())

    check(whole)
    check_silences(whole)
    assert detect(whole, LEXICON) == detect(whole, LEXICON)


# --- ways to write -------------------------------------------------------------------------------------------


def quoted(opening: str, closing: str, apostrophe: str = "\u2019") -> Callable[[str], str]:
    return lambda text: re.sub(r'"([^"]*)"', rf"{opening}\1{closing}", text).replace("'", apostrophe)


def compounds(hyphen: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", hyphen, text)


def spaces(space: str) -> Callable[[str], str]:
    return lambda text: text.replace(" ", space)


def in_words(sign: str) -> Callable[[str], str]:
    """The sign in the middle of every long word."""
    return lambda text: re.sub(r"([^\W\d_]{2})([^\W\d_]{2})", rf"\1{sign}\2", text)


def around_words(sign: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"(?<!\S)|(?!\S)", sign, text)


def wrapped(columns: int, line_break: str = "\n") -> Callable[[str], str]:
    def wrap(text: str) -> str:
        return textwrap.fill(text, columns, break_long_words=False, break_on_hyphens=False).replace("\n", line_break)

    return wrap


def ceasefire(written: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"\b(cease)[- ]?(fire)", rf"\1{written}\2", text, flags=re.IGNORECASE)


WAYS: dict[str, Callable[[str], str]] = {
    "hard-wrapped": wrapped(72),
    "hard-wrapped and narrow": wrapped(30),
    "hard-wrapped by Windows": wrapped(50, "\r\n"),
    "curly quotes": quoted("\u201c", "\u201d"),
    "German quotes": quoted("\u201e", "\u201c"),
    "guillemets": quoted("\u00ab", "\u00bb"),
    "French guillemets": quoted("\u00ab\u00a0", "\u00a0\u00bb"),
    "apostrophes that are letters": quoted('"', '"', "\u02bc"),
    "quotes as entities": quoted("&quot;", "&quot;", "&#39;"),
    "entities escaped twice": quoted("&amp;quot;", "&amp;quot;", "&amp;#39;"),
    "space around it": lambda text: f"  {text} ",
    "no-break spaces": spaces("\u00a0"),
    "double spaces": spaces("  "),
    "thin spaces": spaces("\u2009"),
    "no-break hyphens": compounds("\u2011"),
    "hyphens that are only hyphens": compounds("\u2010"),
    "en dashes in compounds": compounds("\u2013"),
    "cease-fire": ceasefire("-"),
    "cease fire": ceasefire(" "),
    "ceasefire": ceasefire(""),
    "accents apart": lambda text: unicodedata.normalize("NFD", text),
    "soft hyphens": in_words("\u00ad"),
    "zero-width spaces": in_words("\u200b"),
    "ligatures": lambda text: text.replace("fi", "\ufb01").replace("fl", "\ufb02"),
    "right-to-left marks": around_words("\u200f"),
    "left-to-right isolates": lambda text: f"\u2066{text}\u2069",
}
UPPER = {"upper case": str.upper}
TELLINGS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=9)


@pytest.mark.parametrize("way", WAYS)
def test_an_example_reports_the_same_with_the_same_figures_however_it_is_written(way: str) -> None:
    written = {example: WAYS[way](example) for example in EXAMPLES}

    changed = [example for example in EXAMPLES if written[example] != example]

    assert changed
    assert {written[each]: told(laid_out(written[each])) for each in changed} == {
        written[each]: told_by(each) for each in changed
    }


def test_upper_case_loses_names_of_places_but_neither_category_nor_certainty_nor_figures() -> None:
    cased = [example for example in EXAMPLES if example.upper() != example]

    assert {each: told(laid_out(each.upper())) for each in cased} == {each: told_by(each) for each in cased}


@settings(max_examples=100, deadline=None)
@given(examples=TELLINGS, ways=st.lists(st.sampled_from(sorted(WAYS | UPPER)), min_size=1, max_size=3, unique=True))
def test_a_text_reports_the_same_however_it_is_written(examples: list[str], ways: list[str]) -> None:
    text = written = " ".join(examples)
    for way in ways:
        written = (WAYS | UPPER)[way](written)

    assert told(laid_out(written)) == told(laid_out(text))


@settings(max_examples=100, deadline=None)
@given(examples=TELLINGS, data=st.data())
def test_a_text_reports_the_same_however_it_is_cut_into_paragraphs(examples: list[str], data: st.DataObject) -> None:
    cuts = [0, *sorted(data.draw(st.sets(st.integers(1, len(examples))))), len(examples)]
    paragraphs = [" ".join(examples[one:other]) for one, other in pairwise(cuts) if one < other]

    whole = detect(laid_out(" ".join(examples)), LEXICON)
    cut = detect(laid_out(*paragraphs), LEXICON)

    assert [replace(report, parts={}) for report in cut] == [replace(report, parts={}) for report in whole]


def test_lines_are_paragraphs_when_nobody_cut_the_text() -> None:
    whole = replace(article("Airstrikes denied\nThe mill stood.\nJets\nHouses in Homs were bombed."), paragraphs=())

    read = sentences(whole, LEXICON, {})

    assert [sentence.text for sentence in read] == whole.text.split("\n")


@settings(max_examples=100, deadline=None)
@given(examples=TELLINGS)
def test_lines_that_mostly_go_on_with_a_small_letter_were_broken_by_hand(examples: list[str]) -> None:
    text = " ".join(examples)
    lines = WAYS["hard-wrapped"](text)
    begun = [line[0].islower() for line in lines.split("\n")[1:]]
    assume(2 * sum(begun) > len(begun) > 0)

    assert told(replace(article(), text=lines, paragraphs=())) == told(laid_out(text))


# --- work ----------------------------------------------------------------------------------------------------


def rule_file(*terms: str, more: str = "") -> bytes:
    return f"""
        category = "worst"
        version = 1
        severity = 1
        why = "None."
        [terms]
        en = {list(terms)}
        {more}
        [examples]
        fires = {["a"] * 8}
        quiet = {["b"] * 8}
    """.encode()


def worst() -> Lexicon:
    """The packaged rules with one of an operator whose phrases and sets all hold one another."""
    nested = [" ".join(["a"] * words) for words in range(1, 13)]
    names = [f"s{number}" for number in range(3)]
    sets = "".join(f"[sets.{name}]\nen = {nested}\n" for name in names)
    pairs = "".join(
        f'[[pairs]]\nfirst = "{one}"\nsecond = "{other}"\nwithin = 30\norder = "any"\n'
        for one in names
        for other in names
    )
    terms = [*nested, "a .. a a .. a", "(a|a a) + (a|a a)"]
    return with_files(LEXICON, {"worst.toml": rule_file(*terms, more=sets + pairs)})


def steps(whole: Article, lexicon: Lexicon) -> int:
    """How many lines of code run to detect in it: work without a clock."""
    count = 0

    def heard(_frame: FrameType, _event: str, _argument: object) -> Callable[..., object]:
        nonlocal count
        count += 1
        return heard

    before = sys.gettrace()
    sys.settrace(heard)
    try:
        detect(whole, lexicon)
    finally:
        sys.settrace(before)
    return count


def check_work(piece: str, characters: int, lexicon: Lexicon) -> None:
    """Four times the text is four times the hits, the sentences and, once it fires, the work: with the square of the
    text it would be sixteen times."""
    times = characters // len(piece) + 1
    short, long = laid_out(piece * times), laid_out(piece * times * 4)
    detect(long, lexicon)  # what is read once is read

    hits = [len(scan(whole.text, lexicon).hits([Paragraph(0, len(whole.text))])) for whole in (short, long)]
    read = [len(sentences(whole, lexicon, {})) for whole in (short, long)]
    work = [steps(whole, lexicon) for whole in (short, long)]

    assert hits[1] <= 4 * hits[0] + 3 * LONGEST**2  # what begins where one copy ends
    assert read[1] <= 4 * read[0] + 3
    assert work[1] <= 7 * work[0]


REPEATED = {
    "the examples": "\n".join(EXAMPLES[::9]) + "\n",
    "one paragraph": " ".join(SENTENCES[::9]) + " ",
    "no full stop": "warplanes bombed the town killing 3 people and ",
    "signs that are not seen": "war\u00adplanes bom\u200bbed the \u200f town and ",
    "hyphens at the ends of lines": "war-\nplanes bom-\r\nbed the &amp;quot;town&#39;s&quot;\u00a0 mill and ",
    "a sentence that never begins": "airstrike" + '."' * 40,
}


@pytest.mark.parametrize("case", REPEATED)
def test_the_work_grows_with_the_text_and_not_with_its_square(case: str) -> None:
    check_work(REPEATED[case], 2_000, LEXICON)


@pytest.mark.parametrize("piece", ["a " * 40, "a a mill and a town "], ids=["its word alone", "its word among others"])
def test_an_operators_worst_rule_changes_nothing_in_that(piece: str) -> None:
    check_work(piece, 500, worst())


def test_a_phrase_of_an_operator_has_no_more_words_than_a_sentence_tells() -> None:
    nested = " ".join(["a"] * LONGEST)

    with pytest.raises(SettingError, match=f"over {LONGEST} characters"):
        with_files(LEXICON, {"worst.toml": rule_file(nested)})
