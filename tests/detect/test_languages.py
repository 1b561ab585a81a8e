"""Nothing in the engine is English: the packed languages, and one that is made up here."""

import re

import pytest

from shared.detect import detect, load_lexicon
from shared.detect.gazetteer import parse_supplement
from shared.detect.language import parse_language
from shared.detect.lexicon import Lexicon, compile_lexicon
from shared.detect.packaged import packaged_rules
from shared.detect.rules import Vocabulary, parse_rule
from shared.errors import SettingError
from shared.types import Certainty, ClaimKind, Field, Report

from .articles import alerts, article, found, tells

ARABIC, CYRILLIC = re.compile("[\u0621-\u064a]"), re.compile("[\u0400-\u04ff]")
ARABIC_EXAMPLES = [(r.category, e) for r in packaged_rules() for e in r.fires if ARABIC.search(e)]
CYRILLIC_EXAMPLES = [(r.category, e) for r in packaged_rules() for e in r.fires if CYRILLIC.search(e)]
VOWELS = "\u064e\u064f\u0650\u0651\u0652"


@pytest.mark.parametrize("examples", [ARABIC_EXAMPLES, CYRILLIC_EXAMPLES], ids=["Arabic", "Ukrainian"])
def test_rules_know_both_languages(examples: list[tuple[str, str]]) -> None:
    categories = [category for category, _ in examples]

    assert len(set(categories)) >= 14
    assert all(categories.count(category) >= 2 for category in categories)


@pytest.mark.parametrize(("category", "example"), ARABIC_EXAMPLES)
def test_tatweel_vowel_signs_and_letters_written_for_one_another_change_nothing(category: str, example: str) -> None:
    stretched = re.sub(r"(?<=[بتسشصفقلمنهي])(?=[بتسشصفقلمنهي])", "\u0640\u0640", example)
    vowelled = "".join(
        f"{letter}{VOWELS[at % 5]}" if letter in "بتجحدرسصعفقلمن" else letter for at, letter in enumerate(example)
    )
    careless = example.translate(str.maketrans("أإآىة", "اااي\u0647"))
    persian = example.translate(str.maketrans("كي", "\u06a9\u06cc"))

    assert {category} <= tells(stretched) & tells(vowelled) & tells(careless) & tells(persian)


@pytest.mark.parametrize(("category", "example"), CYRILLIC_EXAMPLES)
def test_apostrophes_and_accents_change_nothing(category: str, example: str) -> None:
    curly, letter = example.replace("'", "\u2019"), example.replace("'", "\u02bc")
    apart = example.replace("й", "и\u0306").replace("ї", "і\u0308")
    stressed = re.sub("[ауе]", lambda vowel: f"{vowel[0]}\u0301", example, count=3)

    assert {category} <= tells(curly) & tells(letter) & tells(apart) & tells(stressed)


@pytest.mark.parametrize(("category", "example"), ARABIC_EXAMPLES + CYRILLIC_EXAMPLES)
def test_evidence_is_a_slice_of_the_archived_text(category: str, example: str) -> None:
    changed = example.translate(str.maketrans({"'": "\u02bc", "ي": "ي\u0651"}))
    text = f"\u00ab\u0640{changed}\u00bb"

    report = found(text, category=category)

    assert report is not None
    for evidence in (*report.evidence, report.sentence, *(claim.sentence for claim in report.claims)):
        assert evidence.field is Field.TEXT
        assert text[evidence.start : evidence.end] == evidence.text


UNTOLD = {
    "denied, verb first": ("نفى الجيش السوري قصف مستشفى في حلب.", "shelling", Certainty.DENIED),
    "denied, subject first": ("الوزارة تنفي شن غارة على الميناء.", "airstrike", Certainty.DENIED),
    "threatened": ("توعد القائد بشن هجوم صاروخي على القاعدة.", "missile_rocket", Certainty.THREATENED),
    "future": ("قال القائد إن قواته ستقصف المدينة بالمدفعية.", "shelling", Certainty.THREATENED),
    "an anniversary": ("تحل غدا ذكرى الغارة على الملجأ.", "airstrike", Certainty.HISTORICAL),
    "a year": ("قتلت غارة على السوق عام ١٩٩٩ عشرة تجار.", "airstrike", Certainty.HISTORICAL),
    "a drill": ("تضمنت المناورات هجوما صاروخيا على هدف وهمي.", "missile_rocket", Certainty.EXERCISE),
    "заперечено": ("Міноборони заперечило ракетний удар по школі.", "missile_rocket", Certainty.DENIED),
    "погроза": ("Генерал пригрозив авіаударами по столиці.", "airstrike", Certainty.THREATENED),
    "роковини": ("Минули роковини обстрілу ринку.", "shelling", Certainty.HISTORICAL),
    "рік": ("У 2014 році обстріл зупинки забрав життя восьми людей.", "shelling", Certainty.HISTORICAL),
    "місяць": ("У березні обстріл зупинки забрав життя восьми людей.", "shelling", Certainty.HISTORICAL),
    "a month": ("قتل ثمانية مدنيين في قصف مدفعي في آذار.", "shelling", Certainty.HISTORICAL),
    "навчання": (
        "Під час навчань екіпажі завдали ракетного удару по умовній цілі.",
        "missile_rocket",
        Certainty.EXERCISE,
    ),
}


@pytest.mark.parametrize("case", UNTOLD)
def test_what_is_denied_old_feared_or_practised_does_not_alert(case: str) -> None:
    text, category, certainty = UNTOLD[case]

    report = found(text, category=category)

    assert alerts(text) == set()
    assert report is None or report.certainty is certainty


TOLLS = {
    "a noun, a list and a speaker": (
        "قالت وزارة الصحة إن غارة على سوق في صنعاء أدت إلى مقتل ثلاثة أشخاص وإصابة ١٢ بجروح.",
        "airstrike",
        ("وزارة الصحة", 3, 12, "Sanaa"),
    ),
    "a verb joined by and": ("قتل خمسة وعشرون جنديا وأصيب 40 في قصف مدفعي على حمص.", "shelling", ("", 25, 40, "Homs")),
    "a preposition in the word": ("غارة بدمشق تقتل شخصين.", "airstrike", ("", 2, None, "Damascus")),
    "number words in their cases": (
        "Авіаудар по Харкову забрав життя п\u02bcятьох людей, ще двадцятьох поранено, повідомила поліція.",
        "airstrike",
        ("поліція", 5, 20, "Kharkiv"),
    ),
    "a source in front": (
        "За даними прокуратури, внаслідок обстрілу Нікополя загинуло двоє людей.",
        "shelling",
        ("прокуратури", 2, None, "Nikopol"),
    ),
}


@pytest.mark.parametrize("case", TOLLS)
def test_who_says_how_many_and_where(case: str) -> None:
    text, category, (by, killed, wounded, town) = TOLLS[case]

    report = found(text, category=category, publisher="")

    assert report is not None
    assert report.place is not None
    figures = {claim.kind: (claim.value, claim.by) for claim in report.claims}
    assert figures[ClaimKind.KILLED] == (killed, by)
    assert figures.get(ClaimKind.WOUNDED, (None, by)) == (wounded, by)
    assert report.place.name == town


NAMES = {
    "Харкові": "Kharkiv",
    "Києві": "Kyiv",
    "Одесу": "Odesa",
    "Маріуполі": "Mariupol",
    "Сумах": "Sumy",
    "Запоріжжі": "Zaporizhzhia",
    "Горлівці": "Horlivka",
    "Кривому Розі": "Kryvyy Rih",
    "Харківщині": "Kharkiv region",
    "دمشق": "Damascus",
    "خان يونس": "Khan Younis",
    "غزه": "Gaza Strip",
    "القاهرة": "Cairo",
    "السودان": "Sudan",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_place_is_known_by_its_name_in_its_case(name: str) -> None:
    text = f"غارة جوية على منزل في {name}." if ARABIC.search(name) else f"Авіаудар зруйнував будинок у {name}."

    report = found(text)

    assert report is not None
    assert report.place is not None
    assert (report.place.name, report.place.as_written) == (NAMES[name], name)


def test_words_that_only_look_like_inflected_towns_are_none() -> None:
    report = found("Авіаудар знищив склад. Про це написав Петро Іваненко у Фейсбуці.")

    assert report is not None
    assert report.place is None


# --- a language that nobody packed ------------------------------------------------------------------------------------

ESPERANTO = """
[affixes]
o = ["o", "on", "oj", "ojn"]
[[cues]]
certainty = "denied"
before = 5
terms = ["ne"]
[words]
speech = ["dir(as|is)"]
people = ["hom{o}"]
[claims.killed]
active = ["mortig(as|is)"]
[lists]
locative = ["en"]
stop_right = ["ke"]
struck = ["bombis"]
[numbers]
"tri(|dek)" = 3
[endings]
"n" = [""]
[names.countries]
XA = ["Utopi{o}"]
[names.towns]
524901 = ["Moskvo"]
"""
RULE = """
category = "airstrike"
version = 1
severity = 60
claims = ["killed"]
why = "Bombs from the air."
[terms]
eo = ["aviadilatak{o}", "aviadil{o} .. bombis"]
[examples]
fires = ["1", "2", "3", "4", "5", "6", "7", "8"]
quiet = ["1", "2", "3", "4", "5", "6", "7", "8"]
"""


def esperanto() -> Lexicon:
    supplement = parse_supplement("places.toml", '[countries]\nXA = { names = ["Utopia"] }')
    language = parse_language("eo.toml", "eo", ESPERANTO.replace("{o}", "(o|on|oj|ojn)"))
    rule = parse_rule("airstrike.toml", RULE, Vocabulary((), {"eo": language.affixes}))
    return compile_lexicon([rule], [language], supplement, {}, {})


def told(text: str) -> list[Report]:
    return detect(article(text, publisher=""), esperanto())


def test_a_few_lines_teach_it_a_language() -> None:
    (report,) = told("La ministro diris ke aviadilatakoj mortigis tri homojn en Utopio.")

    assert report.certainty is Certainty.CLAIMED
    assert [(claim.kind, claim.value, claim.by) for claim in report.claims] == [(ClaimKind.KILLED, 3, "La ministro")]
    assert report.place is not None
    assert (report.place.name, report.place.as_written) == ("Utopia", "Utopio")


def test_towns_are_found_by_the_ending_that_the_language_gives_them() -> None:
    (report,) = told("Aviadiloj hodiaŭ bombis Moskvon.")

    assert report.place is not None
    assert (report.place.country, report.place.as_written) == ("RU", "Moskvon")


def test_its_denials_are_heard() -> None:
    (report,) = told("Ne estis aviadilatako en Utopio.")

    assert report.certainty is Certainty.DENIED


def test_a_language_without_english_hears_no_english() -> None:
    assert told("An airstrike killed three people in Utopia.") == []


BROKEN = {
    "a place that is not known": (
        "[names.countries]\nXX = ['Nenie']",
        "names.countries.XX: places.toml has no such place",
    ),
    "a table that is not known": (
        "[names.rivers]\nXA = ['Rivero']",
        "names.rivers: unknown table; known are countries",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_names_of_nothing_are_refused(case: str) -> None:
    text, said = BROKEN[case]
    language = parse_language("eo.toml", "eo", text)

    with pytest.raises(SettingError, match=r"^eo\.toml: ") as error:
        compile_lexicon([], [language], parse_supplement("places.toml", ""), {}, {})

    assert said in str(error.value)


def test_endings_are_lists() -> None:
    with pytest.raises(SettingError, match=r"eo\.toml: endings\.n: must be a list of strings"):
        parse_language("eo.toml", "eo", '[endings]\nn = ""')


def test_the_packs_stay_small() -> None:
    lines = load_lexicon().lines

    assert sum(bool(ARABIC.search(line) or CYRILLIC.search(line)) for line in lines) < 7_000
