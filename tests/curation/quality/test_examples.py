import json

import pytest

from r1data.curation.quality.examples import Examples, QualityClassifier
from r1data.curation.quality.training import split_examples


def written(file, texts, column="response"):
    lines = "".join(f"{json.dumps({column: text})}\n" for text in texts)
    file.write_text(lines, encoding="utf-8")
    return Examples(file=str(file), column=column)


def sides(tmp_path, good, bad):
    return QualityClassifier(
        good=written(tmp_path / "good.jsonl", good), bad=written(tmp_path / "bad.jsonl", bad)
    )


def numbered(word, count=40):
    return [f"{word} {number}" for number in range(count)]


def test_texts_are_read_once_each_and_rows_without_one_are_left_out(tmp_path):
    texts = [*numbered("fine"), "fine 0", "", None, " ", 7]
    assert written(tmp_path / "a.jsonl", texts).texts() == numbered("fine")


def test_the_turn_of_a_conversation_is_a_text(tmp_path):
    turns = [{"from": "gpt", "value": text} for text in numbered("fine")]
    assert written(tmp_path / "a.jsonl", turns, "chosen").texts() == numbered("fine")


def test_too_few_examples_are_refused_in_one_line(tmp_path):
    with pytest.raises(ValueError, match="has 3 texts in `response`, and a classifier needs 20"):
        written(tmp_path / "a.jsonl", numbered("fine", 3)).texts()


def test_a_text_on_both_sides_is_refused_in_one_line(tmp_path):
    classifier = sides(tmp_path, numbered("fine"), [*numbered("poor"), "fine 7"])
    with pytest.raises(ValueError, match="1 texts are good and bad examples, such as 'fine 7'"):
        split_examples(classifier)


def test_examples_of_both_sides_are_held_out_whatever_their_order(tmp_path):
    good, bad = numbered("fine", 300), numbered("poor", 300)
    once = split_examples(sides(tmp_path, good, bad))
    again = split_examples(sides(tmp_path, good[::-1], bad[::-1]))
    assert once == again
    assert 30 < len(once.held_out) < 90
    assert {is_good for _, is_good in once.held_out} == {True, False}
    assert not {*once.held_out} & {*once.learnt}


def test_files_that_say_the_same_elsewhere_are_the_same_examples(tmp_path):
    one = written(tmp_path / "a.jsonl", numbered("fine")).content()
    assert written(tmp_path / "b.jsonl", numbered("fine")).content() == one
    assert written(tmp_path / "c.jsonl", numbered("poor")).content() != one
