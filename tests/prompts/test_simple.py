import polars as pl
import pytest

from r1data.prompts.simple import SimpleQuestions, num_words_of


@pytest.mark.parametrize(
    ("problem", "num_words"),
    [
        pytest.param("1+1=?", 2, id="numbers without spaces"),
        pytest.param("What is 2 + 3?", 4, id="English"),
        pytest.param("一加一等于多少", 7, id="Chinese, a word a character"),
        pytest.param("1加1是几", 5, id="numbers in Chinese"),
        pytest.param("ひとつ足すひとつは", 9, id="Japanese"),
        pytest.param("  \n\t ", 0, id="nothing"),
        pytest.param("Привет, мир", 2, id="other letters"),
    ],
)
def test_words_are_counted_in_every_script(problem, num_words):
    counted = pl.select(num_words_of(pl.lit(problem))).item()
    assert counted == num_words


def test_a_question_is_simple_up_to_the_limit():
    asked = pl.DataFrame({"problem": ["one two three", "one two three four"]})
    found = asked.select(SimpleQuestions(max_words=3).is_simple())
    assert found.to_series().to_list() == [True, False]


def test_counted_words_do_as_well():
    counted = pl.DataFrame({"num_words": [3, 4]})
    found = counted.select(SimpleQuestions(max_words=3).is_simple(pl.col("num_words")))
    assert found.to_series().to_list() == [True, False]
