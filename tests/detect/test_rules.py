import pytest

from shared.detect.gazetteer import parse_supplement
from shared.detect.language import parse_language
from shared.detect.lexicon import compile_lexicon
from shared.detect.packaged import packaged_rules
from shared.detect.phrases import expand
from shared.detect.rules import parse_rule
from shared.errors import SettingError

from .articles import alerts, tells

RULES = packaged_rules()

GOOD = """
category = "landslide"
version = 1
severity = 30
why = "Ground that slides."
[terms]
en = ["landslide(|s)"]
[sets.slope]
en = ["slope"]
[examples]
fires = ["1", "2", "3", "4", "5", "6", "7", "8"]
quiet = ["1", "2", "3", "4", "5", "6", "7", "8"]
"""


@pytest.mark.parametrize(("category", "example"), [(r.category, e) for r in RULES for e in r.fires])
def test_a_rule_fires_on_its_own_examples(category: str, example: str) -> None:
    assert category in tells(example)


@pytest.mark.parametrize(("category", "example"), [(r.category, e) for r in RULES for e in r.quiet])
def test_a_rule_stays_quiet_on_its_own_examples(category: str, example: str) -> None:
    assert category not in tells(example)


def test_the_two_categories_of_the_name_are_packaged() -> None:
    assert {"airstrike", "ceasefire_violation"} <= {rule.category for rule in RULES}


BROKEN = {
    "no TOML": ("category = ", "slides.toml: not TOML"),
    "an unknown key": (GOOD.replace("why =", "reason ="), "reason: unknown key; known are alerts, category"),
    "no severity": (GOOD.replace("severity = 30", ""), "severity: missing"),
    "a severity beyond the scale": (GOOD.replace("30", "300"), "severity = 300: must be 0 to 100"),
    "a severity in words": (GOOD.replace("30", '"high"'), "severity = 'high': must be a whole number"),
    "a category with capitals": (GOOD.replace('"landslide"', '"Land slide"'), "use lower-case letters a to z"),
    "a category with letters that no id may have": (GOOD.replace('"landslide"', '"зсув"'), "use lower-case letters"),
    "a category as long as a page": (GOOD.replace('"landslide"', f'"{"a" * 9_000}"'), "at most 40"),
    "a version that counts down": (GOOD.replace("version = 1", "version = -1"), "version = -1: must be 1 to 9999"),
    "a kind of claim that there is not": (
        GOOD.replace("version = 1", 'version = 1\nclaims = ["murdered"]'),
        "claims: 'murdered': there is no such; there are ceasefire_violation, denial",
    ),
    "a term of nothing but signs": (GOOD.replace('"landslide(|s)"', '"!!"'), "terms.en: '!!': '!!' has no letter"),
    "a term that may be nothing": (GOOD.replace('"landslide(|s)"', '"(|s)"'), "'' has no letter or digit"),
    "a term as long as a page": (
        GOOD.replace("landslide(", f"{'land ' * 900}("),
        "has over 1,500 characters; split it",
    ),
    "phrases without end": (
        GOOD.replace('"landslide(|s)"', f'"{"(a|b|c|d|e|f|g|h|i|j)" * 3} x", ' * 101),
        "stands for over 100,000 phrases",
    ),
    "brackets without end": (f"category = {'[' * 5_000}", "brackets nest too deep"),
    "a number without end": (GOOD.replace("30", "3" * 9_000), "not TOML"),
    "a hexadecimal number without end": (
        GOOD.replace("30", f"0x{'f' * 9_000}"),
        "severity = a number without end: must",
    ),
    "a pair of a number": (
        GOOD.replace("[examples]", '[[pairs]]\nfirst = 3\nsecond = "slope"\n[sets.3]\nen = ["x"]\n[examples]'),
        "pairs[0].first = 3: no such set",
    ),
    "terms that are no table": (
        GOOD.replace("[terms]\nen = ", "terms = "),
        "terms: must be a table of language to list",
    ),
    "a term that is no string": (GOOD.replace('"landslide(|s)"', "3"), "terms.en: must be a list of non-empty strings"),
    "a regular expression": (GOOD.replace("(|s)", "s?"), "not regular expressions; write (|s) for s?"),
    "a bracket left open": (GOOD.replace("(|s)", "(|s"), "an opening bracket has no closing one"),
    "a bracket too many": (GOOD.replace("(|s)", "s)"), "a closing bracket has no opening one"),
    "a bar outside brackets": (GOOD.replace("(|s)", "|slip"), "a bar outside brackets"),
    "a pair of an unknown set": (
        GOOD.replace("[examples]", '[[pairs]]\nfirst = "slope"\nsecond = "fell"\n[examples]'),
        "pairs[0].second = 'fell': no such set; [sets] has slope",
    ),
    "a pair in an unknown order": (
        GOOD.replace("[examples]", '[[pairs]]\nfirst = "slope"\nsecond = "slope"\norder = "last"\n[examples]'),
        "order = 'last': must be first, second or any",
    ),
    "too few examples": (GOOD.replace('"7", "8"]', '"7"]', 1), "examples.fires has 7: at least 8"),
    "a key that does not print": ('"a\\nb\\u001b" = 1\n' + GOOD, r"'a\nb\x1b': unknown key"),
    "a set that does not print": (GOOD.replace("sets.slope", r'sets."a\nb"'), r"sets.'a\nb': use lower-case letters"),
    "a kind that no report may have": (
        GOOD.replace("[examples]", '[kinds."Mud Slide"]\nen = ["mud"]\n[examples]'),
        "kinds.Mud Slide: use lower-case letters",
    ),
    "a language that does not print": (
        GOOD.replace('en = ["slope"]', r'"x\ny" = ["slope"]'),
        r"sets.slope.'x\ny': use",
    ),
    "a reason of several lines": (
        GOOD.replace("Ground that", r"Ground\nthat"),
        r"why = 'Ground\nthat slides.': must be one",
    ),
    "a reason as long as a page": (GOOD.replace("Ground", "Ground" * 900), "at most 300 characters"),
    "a term of signs that are not read": (GOOD.replace("landslide(|s)", "\u0640\u064b"), "has no letter or digit"),
    "phrases in parts without end": (
        GOOD.replace('"landslide(|s)"', f'"{"(a|b|c|d|e|f|g|h|i|j)" * 3} .. x", ' * 101),
        "stands for over 100,000 phrases",
    ),
    "nothing that fires": (GOOD.replace('["landslide(|s)"]', "[]"), "terms: the rule can never fire"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_rule_file_says_its_name_the_key_and_the_remedy(case: str) -> None:
    text, said = BROKEN[case]

    with pytest.raises(SettingError) as error:
        parse_rule("slides.toml", text)

    assert "slides.toml" in str(error.value)
    assert said in str(error.value)


def test_a_sound_rule_file_is_read() -> None:
    rule = parse_rule("slides.toml", GOOD)

    assert rule.id == "landslide/1"
    assert rule.words["term"] == ("landslide", "landslides")


BROKEN_LANGUAGES = {
    "an unknown certainty": ('[[cues]]\ncertainty = "maybe"\nterms = ["x"]', "known are observed, reported"),
    "a reach that is no number": ('[[cues]]\ncertainty = "denied"\nbefore = "far"\nterms = ["x"]', "cues[0].before"),
    "a table that nobody reads": ("[word]\nspeech = ['said']", "word: unknown key; known are affixes, beginnings"),
    "a reach that is misspelt": ('[[cues]]\ncertainty = "denied"\nbefor = 3', "cues[0].befor: unknown key"),
    "a yes in words": (
        '[[cues]]\ncertainty = "denied"\nacross = "yes"',
        "cues[0].across = 'yes': must be true or false",
    ),
    "a number in words": ('[numbers]\nten = "ten"', "numbers.ten = 'ten': must be a whole number"),
    "a lone spelling": ('spellings = [["truce"]]', "spellings: must be a list of lists of at least two"),
}


@pytest.mark.parametrize("case", BROKEN_LANGUAGES)
def test_a_broken_language_file_says_its_name_the_key_and_the_remedy(case: str) -> None:
    text, said = BROKEN_LANGUAGES[case]

    with pytest.raises(SettingError, match=r"xx\.toml") as error:
        parse_language("xx.toml", "xx", text)

    assert said in str(error.value)


def test_two_rules_for_one_category_are_refused() -> None:
    rule = parse_rule("slides.toml", GOOD)

    with pytest.raises(SettingError, match="another rule has it"):
        compile_lexicon([rule, rule], [], parse_supplement("places.toml", ""), {}, {})


UNSPOKEN = {
    "terms": (GOOD.replace("[sets.slope]", 'xx = ["glissement"]\n[sets.slope]'), "slides.toml: terms.xx"),
    "a set": (GOOD.replace("[examples]", 'xx = ["pente"]\n[examples]'), "slides.toml: sets.slope.xx"),
    "masks": (GOOD.replace("[examples]", '[masks]\nxx = ["pente"]\n[examples]'), "slides.toml: masks.xx"),
}


@pytest.mark.parametrize("case", UNSPOKEN)
def test_a_rule_in_a_language_without_a_file_is_refused(case: str) -> None:
    text, said = UNSPOKEN[case]
    rule = parse_rule("slides.toml", text.replace('"landslide"', '"slides"', 1))
    english = parse_language("en.toml", "en", "")
    foreign = parse_language("xx.toml", "xx", "")
    nowhere = parse_supplement("places.toml", "")

    with pytest.raises(SettingError, match=r"no language file xx\.toml .* take these terms out, or write") as error:
        compile_lexicon([rule], [english], nowhere, {}, {})

    assert said in str(error.value)
    assert [r.category for r in compile_lexicon([rule], [english, foreign], nowhere, {}, {}).rules] == ["slides"]


def test_an_anniversary_in_a_language_without_a_file_does_not_alert() -> None:
    assert alerts("La ville se souvient des frappes aériennes de 1944.") == set()
    assert alerts("Армія заперечує авіаудар по лікарні.") == set()


def test_a_broken_place_says_its_name_and_what_it_needs() -> None:
    with pytest.raises(SettingError, match=r"places\.toml: regions\.moor: needs names, country and at"):
        parse_supplement("places.toml", "[regions]\nmoor = { names = ['The Moor'] }")


EXPANSIONS = {
    "plain": ("truce", ["truce"]),
    "with and without": ("raid(|s)", ["raid", "raids"]),
    "either and either": ("(air|jet) (raid|strike)", ["air raid", "air strike", "jet raid", "jet strike"]),
    "nested": ("collaps(e(|s)|ing)", ["collapse", "collapses", "collapsing"]),
}


@pytest.mark.parametrize("case", EXPANSIONS)
def test_a_pattern_stands_for_its_phrases(case: str) -> None:
    pattern, phrases = EXPANSIONS[case]

    assert expand(pattern) == phrases
