from pathlib import Path

import pytest

from r1data.curation.language.identification import guess_languages, identify_language
from tests.curation.language.texts import TEXTS
from tests.effort import effort

SENTENCES = Path(__file__).parents[4] / "shared" / "data" / "languages" / "sentences"


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_is_of_its_language(language):
    assert identify_language(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text", ["", "1 + 1 = 2", "$all of it$", "x, y", "</think>", "AB = CD", "Tom", "\ud800"]
)
def test_no_words_and_single_names_have_no_language(text):
    assert identify_language(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("Solve for x.", "en", id="a short problem"),
        pytest.param("DIE SUMME IST NICHT GERADE", "de", id="capitals"),
        pytest.param("今日は東京大学前", "ja", id="little kana"),
        pytest.param("今天我们去北京大学", "zh", id="no kana"),
        pytest.param("等等 wait 我们先 check 一下这个 value", "zh", id="mostly Chinese"),
        pytest.param("Потім ми ділимо результат на два", "uk", id="Ukrainian, not Russian"),
        pytest.param(r"Sea $x = the sum of all of the values$ un número", "es", id="in formulas"),
        pytest.param(f"{TEXTS['fr']} " * 400, "fr", id="long"),
    ],
)
def test_most_words_decide(text, language):
    assert identify_language(text) == language


def test_halves_of_surrogate_pairs_are_no_obstacle():
    assert guess_languages(["la", "somme\ud800", "des", "nombres"])["fr"] > 0.5


@pytest.mark.parametrize("piece", ["die ", "x ", "的", "The sum. ", "\ud800", "é"])
def test_hostile_texts_take_no_longer_than_others(piece):
    assert effort(lambda: identify_language(piece * (200_000 // len(piece)))) < 10


@pytest.mark.skipif(not SENTENCES.exists(), reason="needs the data beside the repository")
def test_sentences_of_twenty_languages_are_told_apart():
    found = {}
    for path in sorted(SENTENCES.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").split("\n")[:100]
        found[path.stem] = sum(identify_language(line) == path.stem for line in lines) / len(lines)
    assert len(found) == 20
    assert sum(found.values()) / 20 > 0.98
    assert min(found.values()) > 0.93
