import polars as pl
import pytest

from r1data.mixture.paper import PAPER
from r1data.mixture.statistics import token_statistics
from r1data.mixture.token_counts import CHARS_PER_TOKEN, count_tokens, sizes
from r1data.tables import TokenStatistics


def message(role, text):
    return {"role": role, "content": text}


def mixture(*rows):
    """Rows of a domain, the texts of a prompt's turns, and a completion."""
    return pl.LazyFrame(
        {
            "rollout_id": [f"r{n}" for n in range(len(rows))],
            "prompt_id": [f"p{n}" for n in range(len(rows))],
            "domain": [row[0] for row in rows],
            "source": "ours",
            "variant": None,
            "split": [row[3] if len(row) > 3 else None for row in rows],
            "prompt": [[message("user", text) for text in row[1]] for row in rows],
            "completion": [[message("assistant", row[2])] for row in rows],
        },
        schema_overrides={"split": pl.String, "variant": pl.String},
    )


def counts(number, **tokens):
    return pl.DataFrame(
        {"rollout_id": list(tokens), "num_tokens": list(tokens.values())},
        schema={"rollout_id": pl.String, "num_tokens": pl.Int64},
    ).head(number)


def test_a_row_has_the_characters_and_rounds_of_its_turns():
    found = sizes(mixture(("math", ["ab", "cde"], "xyz"))).collect().row(0, named=True)
    assert (found["num_prompt_chars"], found["num_completion_chars"]) == (5, 3)
    assert found["num_rounds"] == 2


def tokens(rows, *known):
    found = count_tokens(sizes(rows).collect(), known)
    return found.select("num_tokens", "is_estimated").rows()


def test_tokens_that_were_counted_are_taken_and_say_how_long_a_token_is_elsewhere():
    rows = mixture(("math", ["p" * 20], "x" * 100), ("math", ["p" * 20], "x" * 50))
    assert tokens(rows, counts(1, r0=50)) == [(60, False), (35, True)]


def test_the_first_count_of_a_row_decides():
    rows = mixture(("math", [""], "x" * 10), ("math", [""], "x" * 10))
    found = tokens(rows, counts(2, r0=5, r1=None), counts(2, r0=9, r1=10))
    assert found == [(5, False), (10, False)]


def test_without_any_count_tokens_are_estimated():
    assert tokens(mixture(("math", ["p" * 3], "x" * 30))) == [(33 / CHARS_PER_TOKEN, True)]


def statistics(*rows, context=10):
    frame = count_tokens(sizes(mixture(*rows)).collect(), [counts(9, r0=8, r1=4, r2=14)])
    return token_statistics(frame, context, "sft")


def test_domains_stand_beside_the_papers_in_its_order_with_all_at_the_end():
    found = statistics(
        ("general", [""], "x" * 8), ("math", [""], "x" * 4), ("math", [""], "x" * 14)
    )
    TokenStatistics.validate(found, cast=True)
    shown = found.select("domain", "num_rows", "num_tokens", "mean_tokens", "token_share")
    assert shown.rows() == [
        ("math", 2, 18, 9.0, 18 / 26),
        ("general", 1, 8, 8.0, 8 / 26),
        ("all", 3, 26, 26 / 3, 1.0),
    ]
    assert found["paper_mean_tokens"].to_list() == pytest.approx(
        [PAPER["math"].mean_tokens, PAPER["general"].mean_tokens, 5355.3], abs=0.05
    )
    assert found["paper_token_share"].to_list() == pytest.approx([0.559, 0.059, 1.0], abs=0.001)


def test_the_context_says_what_is_cut_and_what_packing_saves():
    found = statistics(
        ("general", [""], "x" * 8), ("math", [""], "x" * 4), ("math", [""], "x" * 14)
    )
    row = found.filter(domain="all").row(0, named=True)
    assert (row["num_longer"], row["num_cut_tokens"]) == (1, 4)
    assert row["padding_share"] == pytest.approx(1 - 22 / 30)
    assert (row["num_packed"], row["packed_padding_share"]) == (3, pytest.approx(1 - 22 / 30))
    assert found["num_packed"].to_list() == [None, None, 3]


def test_what_is_held_out_is_not_counted():
    found = statistics(("math", [""], "x", "train"), ("math", [""], "x", "held_out"))
    assert found["num_rows"].to_list() == [1, 1]


def test_a_mixture_without_rows_has_no_statistics():
    empty = sizes(mixture(("math", [""], "x"))).collect().clear()
    assert token_statistics(count_tokens(empty, []), 10, "sft").is_empty()


def test_variants_are_counted_apart_and_their_tokens_estimated():
    rows = mixture(("math", ["abc"], "abcdef"), ("math", ["abc"], "abcdef"))
    varied = rows.with_columns(
        variant=pl.Series(["cut_reasoning", None], dtype=pl.String), rollout_id=pl.lit("r0")
    )
    found = count_tokens(sizes(varied).collect(), [counts(1, r0=60)])
    assert found["is_estimated"].to_list() == [True, False]
    statistics = token_statistics(found, 100, "sft")
    assert statistics["num_variants"].to_list() == [1, 1]
    alone = count_tokens(sizes(rows).collect(), [])
    assert token_statistics(alone, 100, "sft")["num_variants"].to_list() == [None, None]
