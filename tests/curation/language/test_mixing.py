# ruff: noqa: RUF001 - texts of many languages have letters of many scripts
import pytest

from r1data.curation.language.mixing import foreign_spans, is_mixed
from r1data.curation.language.regions import find_regions
from r1data.curation.language.words import find_words
from tests.curation.language.texts import TEXTS
from tests.effort import effort


def spans_of(text, language, allowed=()):
    words = find_words(text)
    return foreign_spans(text, words, find_regions(text, words, language), language, allowed)


@pytest.mark.parametrize("own", TEXTS)
@pytest.mark.parametrize("other", TEXTS)
def test_a_sentence_among_others_is_a_span_of_its_language(own, other):
    text = f"{TEXTS[own]} {TEXTS[own]}\n{TEXTS[other]}\n{TEXTS[own]}"
    found = spans_of(text, own)
    assert {span.language for span in found} == ({other} - {own})
    assert is_mixed(found) is (own != other)


def test_spans_are_in_code_points():
    text = "Then 𝑥 is so, and 我们先计算 it, and we are done."
    (span,) = spans_of(text, "en")
    assert text[span.start : span.end] == "我们先计算"
    assert span.num_words == 2


def test_a_language_that_is_allowed_is_no_span():
    assert not spans_of(f"{TEXTS['en']} {TEXTS['fr']}", "en", {"fr"})


def test_one_foreign_word_is_a_span_and_does_not_mix_a_text():
    found = spans_of("We see that the 概率 of it is one half.", "en")
    assert [span.language for span in found] == ["zh"]
    assert not is_mixed(found)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("We know that 概率 and 期望 are so.", "en", id="Chinese words in English"),
        pytest.param("我们 compute 这个 value 然后 check 所有 results", "zh", id="and the reverse"),
        pytest.param("Мы compute это value потом check все results", "ru", id="in Russian"),
    ],
)
def test_scattered_words_of_another_script_mix_a_text(text, language):
    assert is_mixed(spans_of(text, language))


def test_code_that_is_not_fenced_is_no_language():
    code = "def insert(items):\n    for i in range(1, len(items)):\n        the = items[i]"
    assert not is_mixed(spans_of(f"{TEXTS['zh']}\n{code}", "zh"))


@pytest.mark.parametrize(
    "formula",
    [r"\[ \int_0^1 f(t)\,dt = \text{area} \]", "$x^{2} + 3x = [10]$", "`total = sum(values)`"],
    ids=["displayed", "inline", "code"],
)
def test_a_clause_with_a_formula_is_no_code(formula):
    text = f"{TEXTS['zh']} so the area is {formula} and we are done. {TEXTS['zh']}"
    assert [span.language for span in spans_of(text, "zh")] == ["en"]


@pytest.mark.parametrize(
    "piece",
    ["我 la ", "the die la ", "«la» ", "la vie est ", "(我) ", "我a", '"我" ', "我们*la*", "你"],
)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_hostile_texts_take_no_longer_than_others(piece, language):
    assert effort(lambda: spans_of(piece * (200_000 // len(piece)), language)) < 60


def test_parentheses_between_foreign_words_take_no_longer_than_others():
    text = f"{TEXTS['zh']} so {'(' * 100_000} that"
    assert effort(lambda: spans_of(text, "zh")) < 60
