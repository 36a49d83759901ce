from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from r1data.curation.duplicates.tokens import token_hashes


def tokens(*texts):
    hashes, bounds = token_hashes(pl.Series(texts, dtype=pl.String))
    return [hashes[start:end].tolist() for start, end in pairwise(bounds)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("Hello, World! 3x+1", 4, id="words, numbers, signs"),
        pytest.param("  \n", 0, id="white space"),
        pytest.param("", 0, id="nothing"),
        pytest.param(None, 0, id="null"),
        pytest.param("求最大值", 4, id="Chinese"),
        pytest.param("求 x 的值。", 4, id="Chinese with a letter"),
        pytest.param("これはテストです", 8, id="Japanese"),
        pytest.param("ทุกวัน", 6, id="Thai"),
        pytest.param("한국어 텍스트", 2, id="Korean has spaces"),
        pytest.param("Привет, мир", 2, id="Russian"),
        pytest.param("𠮷野", 2, id="characters of four bytes"),
        pytest.param("naïve café", 2, id="letters with accents"),
        pytest.param("a" * 1000, 1, id="a long word"),
    ],
)
def test_a_token_is_a_word_or_a_character_of_a_script_without_spaces(text, count):
    assert len(tokens(text)[0]) == count


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Find THE Value", "find the value", id="capitals"),
        pytest.param("ÉTÉ Привет", "été привет", id="capitals beyond ASCII"),
        pytest.param("cafe\u0301", "caf\u00e9", id="an accent of its own"),
        pytest.param("so, we: add", "so we add", id="punctuation"),
        pytest.param("求值。x", "求值 x", id="Chinese punctuation"),
    ],
)
def test_the_same_words_have_the_same_tokens(one, other):
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("add", "odd", id="a letter"),
        pytest.param("a" * 40 + "b", "a" * 40 + "c", id="the end of a long word"),
        pytest.param("b" + "a" * 40, "c" + "a" * 40, id="the beginning of a long word"),
        pytest.param("a" * 8, "a" * 9, id="length"),
        pytest.param("x²", "x2", id="a power"),
        pytest.param("大", "小", id="a character"),
    ],
)
def test_other_words_have_other_tokens(one, other):
    assert tokens(one) != tokens(other)


def test_a_text_has_the_tokens_it_has_alone():
    texts = ["So we add", "Été 求值", "", "3 + 4", "Ünï", "ends with é", "é begins"]
    assert tokens(*texts) == [tokens(text)[0] for text in texts]


def test_words_of_all_lengths_up_to_thirty_differ():
    words = [letter * length for letter in "ab1" for length in range(1, 31)]
    hashes, _ = token_hashes(pl.Series([" ".join(words)]))
    assert len(np.unique(hashes)) == len(words)
