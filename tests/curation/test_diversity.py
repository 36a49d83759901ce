import polars as pl
import pytest

from r1data.curation.diversity import rank_diverse

WORDS = [f"word{number}" for number in range(400)]


def text(*runs):
    return " ".join(" ".join(WORDS[start : start + 60]) for start in runs)


TEXTS = {
    "a": text(0, 60),
    "a again": text(0, 60) + " and so it is",
    "half of a": text(0, 200),
    "other": text(280, 340),
}


def ranked(names, prompt_ids=None, shards=1):
    """Places and distances of texts in the order of their names."""
    frame = pl.DataFrame({"rollout_id": names, "prompt_id": prompt_ids or ["p"] * len(names)})
    texts = pl.DataFrame({"rollout_id": [*TEXTS], "completion": [*TEXTS.values()]}).with_row_index()

    def completions():
        for shard in range(shards):
            found = texts.filter(pl.col("index") % shards == shard)
            yield found.select("rollout_id", "completion")

    return rank_diverse(frame, completions)


@pytest.mark.parametrize("shards", [1, 3])
def test_each_is_as_unlike_those_before_it_as_can_be(shards):
    found = ranked(["a", "a again", "half of a", "other"], shards=shards)
    assert found.sort("place")["rollout_id"].to_list() == ["a", "other", "half of a", "a again"]


def test_the_distance_is_that_to_the_nearest_of_those_before():
    found = ranked(["a", "a again", "half of a", "other"])
    distances = dict(found.select("rollout_id", "distance").iter_rows())
    assert distances["a"] is None
    assert distances["other"] > 0.95
    assert 0.5 < distances["half of a"] < 0.85
    assert distances["a again"] < 0.2


def test_of_equal_texts_the_one_that_comes_in_first_is_before():
    frame = pl.DataFrame({"rollout_id": ["x", "y", "z"], "prompt_id": ["p"] * 3})
    texts = pl.DataFrame({"rollout_id": ["z", "y", "x"], "completion": ["same words here"] * 3})
    found = rank_diverse(frame, lambda: [texts])
    assert found["place"].to_list() == [0, 1, 2]
    assert found["distance"].to_list() == [None, 0.0, 0.0]


def test_prompts_are_ranked_apart_and_one_alone_needs_no_text():
    found = ranked(["a", "other", "nobody's text"], ["p", "p", "q"])
    assert found["place"].to_list() == [0, 1, 0]
    assert found["distance"].to_list()[::2] == [None, None]


def test_a_text_without_words_is_ranked_too():
    frame = pl.DataFrame({"rollout_id": ["x", "y"], "prompt_id": ["p"] * 2})
    texts = pl.DataFrame({"rollout_id": ["x", "y"], "completion": ["", "..."]})
    assert rank_diverse(frame, lambda: [texts])["place"].to_list() == [0, 1]


def test_no_rollouts_have_no_places():
    assert ranked([]).height == 0
