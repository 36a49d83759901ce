import re
from itertools import islice

from r1data.curation.signals.form import form
from r1data.engines.worked import worked_example
from training.small_corpus import SHARES, corpus


def completions(rows):
    return [row["completion"][0]["content"] for row in rows]


def test_a_larger_corpus_begins_as_the_smaller_one_and_another_seed_gives_other_rows():
    assert list(islice(corpus(300, 1), 200)) == list(corpus(200, 1))
    assert list(corpus(50, 1)) != list(corpus(50, 2))


def test_as_many_rows_keep_the_form_as_the_shares_say():
    kept = [
        form(text, reasoning="think") == "well_formed" for text in completions(corpus(2_000, 1))
    ]
    wanted = (SHARES["careful"] + SHARES["hasty"]) / sum(SHARES.values())
    assert abs(sum(kept) / len(kept) - wanted) < 0.05


def test_what_is_worked_out_is_right_and_what_is_guessed_is_mostly_not():
    right = {True: [], False: []}
    for row in corpus(2_000, 1):
        worked = worked_example(row["prompt"][0]["content"])
        if worked is not None:
            (text,) = completions([row])
            answer = re.findall(r"-?\d+", text)[-1]
            right["=" in text].append(answer == re.findall(r"-?\d+", worked)[-1])
    assert all(right[True])
    assert 0.2 < sum(right[False]) / len(right[False]) < 0.4
