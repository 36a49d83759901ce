import polars as pl

from r1data.curation.duplicates import exact
from r1data.curation.duplicates.problems import mark_near, sketch_problems
from r1data.seeds import content_id
from r1data.tables import Prompts
from r1data.text import fold


def mark_duplicates(asked, benchmarks, near=None):
    keys = exact.duplicate_keys(asked)
    golds = asked.filter(pl.col("drop_reason").is_null()).select(exact.GOLD_COLUMNS)
    marked = exact.mark_exact(keys, exact.duplicate_keys(benchmarks), golds)
    if near is not None:
        marked = mark_near(
            marked, sketch_problems(asked, near), lambda: [asked[:1], asked[1:]], near
        )
    return exact.mark_duplicates(asked, exact.changed_marks(keys, marked))


def prompts(*rows, source="ours"):
    frame = pl.DataFrame(
        [
            {
                "source": source,
                "revision": "1",
                "upstream_row": str(index),
                "prompt_id": content_id(fold(problem)),
                "domain": "math",
                "problem": problem,
                "gold_answer": gold,
                **dict(*more),
            }
            for index, (problem, gold, *more) in enumerate(rows)
        ],
        schema_overrides={"gold_answer": pl.String},
        infer_schema_length=None,
    )
    return Prompts.cast(
        frame.with_columns(
            pl.lit(None).alias(name) for name in Prompts.column_names() if name not in frame.columns
        ).select(Prompts.column_names())
    )


NOTHING = Prompts.create_empty()
