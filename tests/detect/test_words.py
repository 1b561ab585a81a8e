import pytest

from shared.detect.packaged import load_lexicon
from shared.detect.sentences import Role, sentences
from shared.detect.words import fold, read_words

from .articles import article

LEXICON = load_lexicon()

FOLDS = {
    "case": ("Air STRIKE", "air strike"),
    "a hyphen separates": ("cease-fire", "cease fire"),
    "a hyphen at the end of a line joins": ("bom-\nbed", "bombed"),
    "a soft hyphen vanishes": ("cease\u00adfire", "ceasefire"),
    "a zero-width space vanishes": ("cease\u200bfire", "ceasefire"),
    "full width": ("\uff21\uff29\uff32 strike", "air strike"),
    "a ligature": ("cease\ufb01re", "ceasefire"),
    "accents": ("S\u00e3o Jos\u00e9", "sao jose"),
    "accents apart": ("Jose\u0301", "jose"),
    "curly apostrophe": ("didn\u2019t", "didnt"),
    "possessive is a word of its own": ("Syria\u2019s jets", "syria 's jets"),
    "a double escaped possessive": ("Syria #39;s jets", "syria 's jets"),
    "an escaped quote": ("&quot;truce&quot;", "truce"),
    "an acronym": ("the U.S. army", "the u.s. army"),
    "a number with a comma": ("1,200 dead", "1,200 dead"),
    "the scripts of India keep their letters and vowel signs": ("हवाई हमला", "हवाई हमला"),
    "a virama": ("विश्व", "विशव"),
    "Arabic tatweel and vowels": ("غـــارةٌ", fold("غارة")),
}


@pytest.mark.parametrize("case", FOLDS)
def test_ways_to_write_the_same_word_fold_alike(case: str) -> None:
    written, folded = FOLDS[case]

    assert fold(written) == folded


def test_a_word_keeps_its_place_in_the_archived_text() -> None:
    text = "\u201cCease\u00adfire\u201d \ufb01ght \u2014 S\u0327irnak"

    words = read_words(text)

    assert [text[start:end] for start, end in zip(words.starts, words.ends, strict=True)] == [
        "Cease\u00adfire",
        "\ufb01ght",
        "S\u0327irnak",
    ]


SPLITS = {
    "two sentences": ("He left. She came.", ["He left.", "She came."]),
    "an acronym runs on": ("The U.S. army left. It rained.", ["The U.S. army left.", "It rained."]),
    "an acronym ends": ("They met in the U.S. The talks failed.", ["They met in the U.S.", "The talks failed."]),
    "a rank": ("Gen. Haftar spoke. Jets flew.", ["Gen. Haftar spoke.", "Jets flew."]),
    "a month": ("On Sept. 11 it rained.", ["On Sept. 11 it rained."]),
    "a decimal": ("It fell 2.5 metres. Rain came.", ["It fell 2.5 metres.", "Rain came."]),
    "an initial": ("George W. Bush spoke.", ["George W. Bush spoke."]),
    "a quote closes after the stop": ("\u201cWe left.\u201d He wept.", ["\u201cWe left.\u201d", "He wept."]),
    "a question": ("Why? Nobody knows.", ["Why?", "Nobody knows."]),
    "an ellipsis runs on": ("She said ... nothing new.", ["She said ... nothing new."]),
}


@pytest.mark.parametrize("case", SPLITS)
def test_sentences_end_where_readers_end_them(case: str) -> None:
    text, expected = SPLITS[case]

    assert [s.text for s in sentences(article(text), LEXICON, {})] == expected


def test_the_title_weighs_most_and_the_far_end_least() -> None:
    text = "\n".join(f"Line {number} is here." for number in range(40))

    roles = [s.role for s in sentences(article(text, title="A title"), LEXICON, {})]

    assert roles[0] is Role.TITLE
    assert roles[1] is Role.LEAD
    assert roles[10] is Role.BODY
    assert roles[-1] is Role.BACKGROUND


def test_a_marked_paragraph_yields_no_sentence() -> None:
    read = sentences(article("[notice] Old browsers are not served.\nThe story.\n[caption] A street."), LEXICON, {})

    assert [s.text for s in read] == ["The story."]
