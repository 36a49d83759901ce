r"""Rows of `Prompts` from a source's records: none is lost, a bad one carries its reason.

Drop reasons, the first that applies:

- `invalid_json`, `invalid_csv`, `invalid_value`: the row cannot be read, or is nested too deeply;
  the detail has its line and the error.
- `duplicate_id`: its id stands on an earlier row of the source; `upstream_row` is `id#2`, `id#3`.
- `no_problem`: the problem is missing, empty or no text.
- `invalid_character`: a control character other than tab and line ends, or half a surrogate pair,
  in the problem or the gold answer. It is the trace of damage that changes the meaning
  (`\frac` read as an escape is a form feed and `rac`), so it is not repaired. Halves of
  surrogate pairs, which cannot be stored, become U+FFFD.
- `invalid_choices`: the choices are in no form that is read.
- `no_gold_answer`: a verifier is set, and there is neither a gold answer nor what stands in for it:
  tests, or the entry of reasoning-gym by whose rules answers are checked; or the gold answer says
  that there is none (`N/A`, `notfound`, `proof`).

Texts stay as their source gave them but for white space around gold answers. Numbers and booleans
as gold answers or ids are written as JSON writes them; NaN counts as missing.
"""

import re
from collections.abc import Callable
from typing import Any

from r1data.answers.choice.forms import option_texts
from r1data.answers.missing_golds import BY_GOLD, find_missing
from r1data.prompts.flags import flag_problem
from r1data.prompts.identity import prompt_id
from r1data.prompts.sources import Columns, Source
from r1data.records.read import BadRecord, Record, as_json, as_text, pick
from r1data.text import SURROGATES, last_boxed, storable_value

BAD_CHARACTER = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{SURROGATES}]")


def prompt_row(source: Source, columns: Columns, record: Record | BadRecord) -> dict[str, Any]:
    """Return a row of `Prompts`, but for the columns that say where it came from."""
    if isinstance(record, BadRecord):
        return _row(source, {}, (record.reason, record.detail))
    try:
        return _readable_row(source, columns, record)
    except RecursionError:
        return _row(source, {}, ("invalid_value", "a value is nested too deeply"))


def _readable_row(source: Source, columns: Columns, record: Record) -> dict[str, Any]:
    problem = pick(record, columns.problem)
    choices = _picked(record, columns.choices)
    options = option_texts(choices, as_text)
    fields = {
        "problem": problem if isinstance(problem, str) else "",
        "gold_answer": gold_answer(record, columns),
        "choices": None if options is None else list(options),
        "tests": as_json(_picked(record, columns.tests)),
        "metadata": as_json(_picked(record, columns.metadata)),
        "language": as_text(_picked(record, columns.language)) or source.language,
        "system_message": as_text(_picked(record, columns.system_message)) or None,
    }
    return _row(source, fields, _drop(source, columns, fields, problem, choices))


def gold_answer(record: Record, columns: Columns) -> str | None:
    r"""Return the gold answer of a row, taken the way its columns say; null if it has none.

    >>> columns = Columns(gold_answer="answer", gold_from="hashes")
    >>> gold_answer({"answer": "3 * 500 = 1500\n#### 1,500"}, columns)
    '1,500'
    >>> gold_answer({"answer": "3 * 500 = 1500"}, columns) is None
    True
    """
    found = as_text(_picked(record, columns.gold_answer))
    answer = GOLD_FROM[columns.gold_from](found) if found else None
    return (answer.strip() if answer else None) or None


def _after_hashes(solution: str) -> str | None:
    """Return the line after the last `####`."""
    _, hashes, answer = solution.rpartition("####")
    return answer.strip().partition("\n")[0] if hashes else None


GOLD_FROM: dict[str, Callable[[str], str | None]] = {
    "column": str,
    "hashes": _after_hashes,
    "boxed": last_boxed,
}


def _picked(record: Record, path: str | None) -> Any:  # noqa: ANN401 - any JSON value is the point
    return None if path is None else pick(record, path)


def _drop(
    source: Source, columns: Columns, fields: dict[str, Any], problem: object, choices: object
) -> tuple[str | None, str | None]:
    """Return why a readable row is dropped, and the particulars."""
    gold = fields["gold_answer"]
    if not fields["problem"].strip():
        kind = "empty" if isinstance(problem, str) else type(problem).__name__
        return "no_problem", f"`{columns.problem}` holds no text: {kind}"
    for name in ("problem", "gold_answer"):
        if bad := BAD_CHARACTER.search(fields[name] or ""):
            return "invalid_character", f"{name}: U+{ord(bad[0]):04X} at character {bad.start()}"
    if choices is not None and fields["choices"] is None:
        return (
            "invalid_choices",
            f"`{columns.choices}` is in no form of options that is read: {type(choices).__name__}",
        )
    if source.verifier and gold is None and not _is_judged_without_gold(source, fields):
        return "no_gold_answer", _where_gold_is_missed(columns)
    if source.verifier in BY_GOLD and gold:
        said = find_missing(gold, fields["problem"], fields["choices"] or ())
        return ("no_gold_answer", f"it says that there is none: {said!r}") if said else (None, None)
    return None, None


def _is_judged_without_gold(source: Source, fields: dict[str, Any]) -> bool:
    """Say whether tests, solutions to make them from, or a problem's own rules stand in for it."""
    is_scored = source.verifier in ("reasoning_gym", "code") and fields["metadata"] is not None
    return fields["tests"] is not None or is_scored


def _where_gold_is_missed(columns: Columns) -> str:
    if columns.gold_answer is None:
        return "no column of gold answers is set"
    missed = {"column": "is empty or no text", "hashes": "has no `####`", "boxed": "has no box"}
    return f"`{columns.gold_answer}` {missed[columns.gold_from]}"


def _row(
    source: Source, fields: dict[str, Any], drop: tuple[str | None, str | None]
) -> dict[str, Any]:
    row: dict[str, Any] = {"problem": "", "language": source.language, **fields}
    row = {name: storable_value(value) for name, value in row.items()}
    asked = (row.get("system_message"), row["problem"], row.get("choices"), row.get("tests"))
    return {
        **row,
        **flag_problem(row["problem"], row["language"]),
        "prompt_id": prompt_id(source.domain, *asked),
        "domain": source.domain,
        "licence": source.licence,
        "verifier": source.verifier,
        "drop_reason": drop[0],
        "drop_detail": drop[1],
    }
