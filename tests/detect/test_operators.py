"""An operator's rule files, together with the packaged rules."""

import pytest

from shared.detect import detect, load_lexicon
from shared.detect.lexicon import MOST_KINDS
from shared.detect.operators import MOST_BYTES, MOST_FILES, MOST_PAIRS, with_files
from shared.errors import SettingError
from shared.types import Certainty

from .articles import article

EXAMPLES = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
SLIDE = "A landslide buried a village near Taiz, the governor said."


def rule(category: str = "landslide", word: str = "landslide", more: str = "", pairs: int = 0) -> bytes:
    return (
        f'category = "{category}"\nversion = 1\nseverity = 30\nwhy = "Ground."\n{more}\n[terms]\nen = ["{word}"]\n'
        f"[examples]\nfires = {EXAMPLES}\nquiet = {EXAMPLES}\n"
        + '[sets.a]\nen = ["a"]\n'
        + '[[pairs]]\nfirst = "a"\nsecond = "a"\n' * pairs
    ).encode()


def told(files: dict[str, bytes], text: str) -> dict[str, Certainty]:
    return {report.category: report.certainty for report in detect(article(text), with_files(load_lexicon(), files))}


def test_an_operators_rule_fires_beside_the_packaged_ones() -> None:
    text = f"{SLIDE}\nWarplanes bombed a market in Idlib, rescue workers said."

    assert told({"a.toml": rule()}, text) == {"airstrike": Certainty.CLAIMED, "landslide": Certainty.CLAIMED}


def test_it_has_a_language_of_denials_and_old_events_without_a_word_of_its_own() -> None:
    assert told({"a.toml": rule()}, "The governor denied that there was a landslide.") == {
        "landslide": Certainty.DENIED
    }


def test_a_rule_of_a_packaged_category_takes_that_rules_place() -> None:
    files = {"mine.toml": rule("airstrike")}

    assert told(files, "Warplanes bombed a market in Idlib.") == {}
    assert told(files, SLIDE).keys() == {"airstrike"}


def test_the_packaged_lexicon_is_not_changed_by_it() -> None:
    before = load_lexicon().lines

    with_files(load_lexicon(), {"mine.toml": rule("airstrike")})

    assert load_lexicon().lines == before
    assert told({}, "Warplanes bombed a market in Idlib.").keys() == {"airstrike"}


def test_a_rule_may_yield_to_another_file_of_the_operator() -> None:
    files = {"a.toml": rule(), "b.toml": rule("mudslide", more='yields_to = ["landslide"]')}

    assert told(files, SLIDE).keys() == {"landslide"}


REFUSED = {
    "bytes that are no UTF-8": ({"a.toml": b"\xff"}, "a.toml: not UTF-8 (invalid start byte at byte 0)"),
    "a category twice": ({"a.toml": rule(), "b.toml": rule()}, "category = 'landslide': another rule has it"),
    "a category to yield to that there is not": (
        {"a.toml": rule(more='yields_to = ["quake"]')},
        "a.toml: yields_to: 'quake': no rule has this category",
    ),
    "a language without a file": (
        {"a.toml": rule().replace(b"[terms]\nen", b"[terms]\nxx")},
        "a.toml: terms.xx: no language file xx.toml",
    ),
    "more files than anybody writes": (
        {f"{n}.toml": rule(f"c{n}") for n in range(MOST_FILES + 1)},
        "there are over 100 rule files",
    ),
    "more bytes than anybody writes": (
        {"a.toml": rule(), "b.toml": b"#" * MOST_BYTES},
        "b.toml: with it the rule files hold over 1,000,000 bytes",
    ),
    "more pairs than a function has time for": (
        {"a.toml": rule(), "b.toml": rule("b", pairs=MOST_PAIRS + 1)},
        "b.toml: with it the rule files hold over 200 pairs",
    ),
    "a rule that yields to itself": (
        {"a.toml": rule(more='yields_to = ["landslide"]')},
        "a.toml: yields_to: landslide -> landslide: none of them would tell",
    ),
    "rules that yield to one another": (
        {"a.toml": rule(more='yields_to = ["b"]'), "b.toml": rule("b", more='yields_to = ["landslide"]')},
        "a.toml, b.toml: yields_to: ",
    ),
    "a name that does not print": ({"a\n.toml": rule()}, r"'a\n.toml': a rule file's name must print"),
    "more patterns in parts than a function has room for": (
        {"a.toml": rule(word='", "'.join(f"x{n} .. y{n}" for n in range(2_001)))},
        "a.toml: terms: stands for over 100,000 phrases",
    ),
    "a phrase in more lists than anybody needs": (
        {"a.toml": rule(word='", "'.join(f"x .. y{n}" for n in range(MOST_KINDS + 1)))},
        f"a.toml: term: 'x' stands in over {MOST_KINDS} lists",
    ),
    "more phrases than a function has room for": (
        {name: rule(name, '", "'.join(f"x{n}{'(a|b|c|d|e|f|g|h|i|j)' * 3}" for n in range(60))) for name in "ab"},
        "with it the rule files stand for over 100,000 phrases",
    ),
}


@pytest.mark.parametrize(("files", "why"), REFUSED.values(), ids=REFUSED)
def test_a_set_is_refused_with_file_key_and_remedy(files: dict[str, bytes], why: str) -> None:
    with pytest.raises(SettingError) as refused:
        with_files(load_lexicon(), files)

    assert why in str(refused.value)


def test_a_byte_order_mark_is_no_part_of_a_file() -> None:
    assert told({"a.toml": b"\xef\xbb\xbf" + rule()}, SLIDE).keys() == {"landslide"}
