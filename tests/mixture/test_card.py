import polars as pl
import pytest
import yaml
from huggingface_hub import DatasetCard

from r1data.mixture.card import Contents, Origin, dataset_card
from r1data.mixture.counts import count_drop_reasons, count_rows, licence_terms
from r1data.mixture.front_matter import size_category
from r1data.mixture.statistics import token_statistics

ORIGIN = Origin(
    table="sft/sft_mixture",
    data_version="0123-abcd",
    recipe="demo",
    recipe_yaml="name: demo\nseed: ```\n",
    git_revision="deadbeef",
    command="r1data run --recipe recipes/demo.yaml --select sft/sft_mixture",
    sources={"gsm8k": "3101c7d"},
    policies={"teacher": "v1"},
)
FUNNEL = pl.DataFrame({"table": ["x"], "drop_reason": ["incorrect"], "num_rows": [12_345]})


def mixture(*rows):
    frame = pl.LazyFrame(rows, schema=["source", "domain", "licence"], orient="row")
    return frame.with_columns(is_unverified=pl.lit(None, pl.Boolean), split=pl.lit(None, pl.String))


def card(*rows, origin=ORIGIN):
    return dataset_card(Contents(count_rows(mixture(*rows)), FUNNEL), origin)


def front_matter(text):
    return yaml.safe_load(text.split("---\n")[1])


def test_the_front_matter_tells_the_hub_where_the_rows_are_and_how_many():
    front = front_matter(card(*[("gsm8k", "math", "MIT")] * 1000))
    assert front["configs"] == [
        {
            "config_name": "default",
            "data_files": [{"split": "train", "path": "data/train-*.parquet"}],
        }
    ]
    assert (front["license"], front["size_categories"]) == ("mit", ["1K<n<10K"])


@pytest.mark.parametrize(
    ("num_rows", "category"),
    [
        (0, "n<1K"),
        (999, "n<1K"),
        (1_000, "1K<n<10K"),
        (99_999, "10K<n<100K"),
        (800_000, "100K<n<1M"),
        (9_999_999, "1M<n<10M"),
        (10_000_000, "10M<n<100M"),
        (250_000_000, "100M<n<1B"),
        (10**9, "1B<n<10B"),
        (10**12, "n>1T"),
    ],
)
def test_a_number_of_rows_has_the_hubs_category(num_rows, category):
    assert size_category(num_rows) == category


def test_the_hub_reads_the_front_matter_as_a_dataset_card():
    read = DatasetCard(card(("a", "math", "MIT"), ("b", "math", None))).data
    assert (read.license, read.license_name) == ("other", "mixed")
    assert read.pretty_name == "demo: sft/sft_mixture"
    assert read.configs[0]["data_files"] == [{"split": "train", "path": "data/train-*.parquet"}]


def test_mixed_licences_are_other_and_listed():
    front = front_matter(card(("a", "math", "MIT"), ("b", "math", None)))
    assert (front["license"], front["license_details"]) == ("other", "MIT, not stated")


def test_the_card_counts_by_source_domain_and_licence():
    text = card(("a", "math", "MIT"), ("a", "math", "MIT"), ("b", "code", None))
    assert "| a | math | MIT | 2 |\n| b | code | not stated | 1 |\n" in text


def test_the_card_says_why_rows_left():
    assert "| x | incorrect | 12,345 |" in card(("a", "math", "MIT"))


@pytest.mark.parametrize(
    "fact",
    ["deadbeef", "0123-abcd", "3101c7d", "| teacher | v1 |", ORIGIN.command, ORIGIN.recipe_yaml],
)
def test_the_card_holds_what_it_takes_to_make_the_rows_again(fact):
    assert fact in card(("a", "math", "MIT"))


def test_a_source_name_is_shown_as_it_stands_and_is_no_markup():
    text = card(("a|b <script>*x*\n# y", "math", "MIT"))
    assert "| a\\|b &lt;script&gt;\\*x\\* # y | math | MIT | 1 |\n" in text


def test_a_recipe_with_a_fence_in_it_does_not_end_its_code_block():
    assert "````yaml\nname: demo\nseed: ```\n````" in card(("a", "math", "MIT"))


def test_drop_reasons_are_counted_with_what_was_kept_first():
    selections = pl.LazyFrame({"drop_reason": ["b", "b", "b", "a", None, "c"]})
    funnel = count_drop_reasons({"reasoning/selections": selections})
    assert funnel.select("drop_reason", "num_rows").rows() == [
        ("kept", 1),
        ("b", 3),
        ("a", 1),
        ("c", 1),
    ]


def test_the_card_counts_what_nobody_verified():
    rows = mixture(("ours", "math", "MIT"), ("ours", "general", "MIT"))
    kept = rows.with_columns(is_unverified=pl.col("domain") == "general")
    assert "Of these 1 were verified by nobody" in dataset_card(
        Contents(count_rows(kept), FUNNEL), ORIGIN
    )
    assert "verified by nobody" not in dataset_card(Contents(count_rows(rows), FUNNEL), ORIGIN)


QUOTAS = pl.DataFrame(
    {
        "dataset": "sft",
        "kind": ["domain", "source"],
        "name": ["stem", "a|b"],
        "wanted": [50, None],
        "available": [20, 30],
        "taken": [20, 30],
        "shortfall": [30, None],
    }
)


def whole_card(**contents):
    return dataset_card(
        Contents(count_rows(mixture(("a", "math", "MIT"))), FUNNEL, **contents), ORIGIN
    )


def test_the_card_says_what_was_wanted_and_is_not_there():
    text = whole_card(quotas=QUOTAS)
    assert "| domain | stem | 50 | 20 | 20 | 30 |" in text
    assert "| source | a\\|b | - | 30 | 30 | - |" in text
    said = "## Quotas\n\nThe quotas, and what left and why, were counted before rows were left out"
    assert said not in text
    assert said in whole_card(quotas=QUOTAS, left_out={"CC BY-ND 4.0": 1})


def test_the_card_shows_tokens_beside_the_papers_and_what_packing_saves():
    counted = pl.DataFrame(
        {
            "prompt_id": ["p", "q"],
            "domain": "math",
            "variant": None,
            "split": None,
            "num_tokens": [60, 40],
            "num_rounds": 1,
            "is_estimated": [True, False],
        },
        schema_overrides={"split": pl.String},
    )
    text = whole_card(statistics=token_statistics(counted, 100, "sft"))
    assert "## Tokens, beside DeepSeek-R1's (context: 100)" in text
    assert "| math | 2 | 100.0% | 49.1% | 50.0 | 6,094.2 | 100.0% | 55.9% | 1 | 0 | 50.0% |" in text
    assert "1 sequences hold all rows and 0.0% of them is padding" in text


def test_the_card_says_who_decided_what_licences_allow_and_what_is_left_out():
    licences = licence_terms(
        count_rows(mixture(("a", "math", "CC BY-NC 4.0"), ("b", "math", None)))
    )
    decided = pl.DataFrame({"decided_by": ["rule math", "nobody"], "num_rows": [7, 1]})
    text = whole_card(licences=licences, decided=decided, left_out={"CC BY-ND 4.0": 1_200})
    assert "| a | CC BY-NC 4.0 | 1 | yes | no | no |" in text
    assert "| b | - | 1 | - | - | - |" in text
    assert "| rule math | 7 |\n| nobody | 1 |" in text
    assert (
        "1,200 rows are left out, because their licence forbids to share them: CC BY-ND 4.0" in text
    )


def test_the_card_has_both_splits_where_rows_are_held_out():
    rows = mixture(("a", "math", "MIT"), ("b", "math", "MIT"))
    held_out = rows.with_columns(split=pl.Series(["train", "held_out"]))
    text = dataset_card(Contents(count_rows(held_out), FUNNEL), ORIGIN)
    files = front_matter(text)["configs"][0]["data_files"]
    assert [one["path"] for one in files] == ["data/train-*.parquet", "data/held_out-*.parquet"]
    assert "The split `held_out` is not for training" in text


def test_the_card_names_limitations_and_shows_drawings():
    text = whole_card(limitations=["Half of <it> is wrong."], plots={"plots/x.svg": "A drawing"})
    assert "## Limitations\n\n- Half of &lt;it&gt; is wrong." in text
    assert "![A drawing](plots/x.svg)" in text


def test_the_card_counts_variants_and_says_what_is_trained_on_of_them():
    counted = pl.DataFrame(
        {
            "variant": ["as kept", "cut_reasoning"],
            "trained_on": ["whole completion", "closing_tag"],
            "num_rows": [90, 3],
        }
    )
    text = whole_card(variants=counted)
    assert "## Variants" in text
    assert "| cut_reasoning | closing_tag | 3 |" in text.replace("\\_", "_")
    assert "leave such rows out there" in text.replace("\n", " ")
    assert "## Variants" not in whole_card()
