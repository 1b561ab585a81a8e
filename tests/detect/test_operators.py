import pytest

from shared.detect import detect, load_lexicon
from shared.detect.operators import with_files
from shared.errors import SettingError

from .articles import article

LEXICON = load_lexicon()


def rule(category: str, *, terms: str, yields_to: str = "") -> bytes:
    yielding = f'yields_to = ["{yields_to}"]' if yields_to else ""
    examples = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    return f"""
category = "{category}"
version = 1
severity = 30
why = "Ground that slides."
{yielding}
[terms]
en = ["{terms}"]
[examples]
fires = {examples}
quiet = {examples}
""".encode()


def test_a_rule_is_heard_beside_the_packaged_ones() -> None:
    lexicon = with_files(LEXICON, {"slides.toml": rule("landslide", terms="landslide(|s)")})

    reports = detect(article("A landslide buried the road. Jets bombed the bridge."), lexicon)

    assert {report.category for report in reports} == {"landslide", "airstrike"}


REFUSED = {
    "a rule that yields to itself": (
        {"slides.toml": rule("landslide", terms="landslide", yields_to="landslide")},
        "slides.toml: yields_to: landslide -> landslide: none of them would tell",
    ),
    "rules that yield to one another": (
        {
            "mud.toml": rule("mud", terms="mud", yields_to="landslide"),
            "slides.toml": rule("landslide", terms="landslide", yields_to="mud"),
        },
        "mud.toml, slides.toml: yields_to: ",
    ),
    "a rule that yields to none": (
        {"slides.toml": rule("landslide", terms="landslide", yields_to="mud")},
        "slides.toml: yields_to: 'mud': no rule has this category",
    ),
    "a file's name that does not print": (
        {"a\nb.toml": rule("landslide", terms="landslide")},
        r"'a\nb.toml': a rule file's",
    ),
    "bytes that are no text": ({"slides.toml": b"\xff\xfe"}, "slides.toml: not UTF-8"),
    "phrases of many files": (
        {
            f"{n}.toml": rule(f"c{n}", terms='", "'.join(["(a|b|c|d|e|f|g|h|i|j)" * 3 + f" + x{n}"] * 90))
            for n in (1, 2)
        },
        "2.toml: with it the rule files stand for over 100,000 phrases",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_files_that_cannot_work_are_refused_with_name_key_and_remedy(case: str) -> None:
    files, said = REFUSED[case]

    with pytest.raises(SettingError) as error:
        with_files(LEXICON, files)

    assert said in str(error.value)
    assert str(error.value).isprintable()


def test_the_packaged_rules_yield_in_no_circle() -> None:
    assert with_files(LEXICON, {}).rules == LEXICON.rules
