import numpy as np
import polars as pl
import pytest

from r1data.curation.decontamination.translated import COLUMNS, KEYS, translated_prompts
from r1data.tables import Contaminations, Prompts

ENGLISH = "A farmer has 36 sheep and 18 goats. How many animals does the farmer have in all?"
FRENCH = "Un fermier a 36 moutons et 18 chèvres. Combien d'animaux le fermier a-t-il en tout ?"
OTHER_NUMBERS = FRENCH.replace("36", "35")
NOTHING = pl.DataFrame(schema=dict.fromkeys(KEYS, pl.String))


def frame(source, *problems, language=None):
    rows = [
        {"source": source, "upstream_row": str(n), "prompt_id": f"p{n}", "problem": problem}
        for n, problem in enumerate(problems)
    ]
    schema = Prompts.create_empty().select(COLUMNS).schema
    return pl.DataFrame([{**row, "language": language} for row in rows], schema=schema)


def vectors(*rows):
    return np.array(rows, np.float16)


def found(problem, *, vector=(1, 0), known=NOTHING, language=None):
    return translated_prompts(
        [frame("ours", "Hi?"), frame("ours", problem, language=language)],
        vectors((0, 0), vector),
        [frame("held_out", ENGLISH)],
        vectors((1, 0)),
        known,
    )


def test_a_problem_in_another_language_with_a_near_vector_is_a_translation():
    (row,) = Contaminations.validate(found(FRENCH)).iter_rows(named=True)
    assert (row["row"], row["benchmark"], row["benchmark_row"]) == ("ours/0", "held_out", "0")
    assert (row["kind"], row["part"], row["score"]) == ("translated", "question", 1.0)
    assert row["spans"] == [{"start": 0, "end": len(FRENCH)}]
    assert row["benchmark_spans"] == [{"start": 0, "end": len(ENGLISH)}]


@pytest.mark.parametrize(
    ("problem", "more"),
    [
        pytest.param(FRENCH, {"vector": (0, 1)}, id="far vectors"),
        pytest.param(FRENCH, {"language": "en"}, id="the same language, as stated"),
        pytest.param(ENGLISH, {}, id="the same language, as it reads"),
        pytest.param(ENGLISH, {"language": "English"}, id="the same language, stated by name"),
        pytest.param(OTHER_NUMBERS, {}, id="other numbers"),
        pytest.param("36 + 18 = ?", {}, id="no language"),
        pytest.param(
            FRENCH,
            {"known": pl.DataFrame([("ours/0", "held_out", "0")], schema=KEYS, orient="row")},
            id="found by its words",
        ),
    ],
)
def test_no_other_pair_is_a_translation(problem, more):
    assert found(problem, **more).is_empty()


@pytest.mark.parametrize(
    ("cosine", "is_found"),
    [pytest.param(0.85, False, id="near"), pytest.param(0.95, True, id="nearer")],
)
def test_problems_without_numbers_must_be_nearer(cosine, is_found):
    pair = translated_prompts(
        [frame("ours", "Combien d'animaux le fermier a-t-il en tout, et lesquels sont blancs ?")],
        vectors((cosine, (1 - cosine**2) ** 0.5)),
        [frame("held_out", "How many animals does the farmer have in all, and which are white?")],
        vectors((1, 0)),
        NOTHING,
    )
    assert pair.is_empty() is not is_found


def test_where_no_prompt_has_a_vector_none_is_a_translation():
    nothing = np.zeros((1, 0), np.float16)
    ours, theirs = [frame("ours", FRENCH)], [frame("held_out", ENGLISH)]
    assert translated_prompts(ours, nothing, theirs, vectors((1, 0)), NOTHING).is_empty()
