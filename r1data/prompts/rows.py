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
  that there is none (`N/A`, `notfound`, `proof`). A source whose unverified rows are kept has no
  such rows.

A conversation gives its user's last turn as the problem, with its system turn and the turns
between; a column inside a turn that is not the user's gives no problem.

Texts stay as their source gave them but for white space around gold answers. Numbers and booleans
as gold answers or ids are written as JSON writes them; NaN counts as missing.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from r1data.answers.choice.forms import option_texts
from r1data.answers.code.public_forms import gathered_tests
from r1data.answers.code.tests_of import allowing
from r1data.answers.missing_golds import BY_GOLD, find_missing
from r1data.prompts.flags import flag_problem
from r1data.prompts.identity import prompt_id
from r1data.prompts.sources import Columns, Pattern, Source
from r1data.records.kept import other_columns
from r1data.records.questions import Question, read_question
from r1data.records.read import BadRecord, Record, as_json, as_text, pick
from r1data.records.self_cognition import fill_record
from r1data.text import SURROGATES, last_boxed, storable_value

BAD_CHARACTER = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{SURROGATES}]")


def prompt_row(source: Source, columns: Columns, record: Record | BadRecord) -> dict[str, Any]:
    """Return a row of `Prompts`, but for the columns that say where it came from."""
    if isinstance(record, BadRecord):
        return _row(source, {}, (record.reason, record.detail))
    try:
        return _readable_row(source, columns, fill_record(record, source.identity))
    except RecursionError:
        return _row(source, {}, ("invalid_value", "a value is nested too deeply"))


def _readable_row(source: Source, columns: Columns, record: Record) -> dict[str, Any]:
    asked = read_question(record, columns.problem)
    choices = _picked(record, columns.choices)
    options = option_texts(choices, as_text)
    system_message = as_text(_picked(record, columns.system_message)) or None
    fields = {
        "problem": asked.problem or "",
        "gold_answer": gold_answer(record, columns),
        "choices": None if options is None else list(options),
        "tests": _tests(source, columns, record),
        "metadata": as_json(_picked(record, columns.metadata)),
        "language": as_text(_picked(record, columns.language)) or source.language,
        "system_message": system_message or asked.system,
        "reference_solution": _solution(_picked(record, columns.solution)),
        "earlier_turns": [turn.as_message() for turn in asked.earlier] or None,
        "other_columns": other_columns(record, columns.used().values()),
    }
    return _row(source, fields, _drop(source, columns, fields, asked, choices))


def gold_answer(record: Record, columns: Columns) -> str | None:
    r"""Return the gold answer of a row, taken the way its columns say; null if it has none.

    >>> columns = Columns(gold_answer="answer", gold_from="hashes")
    >>> gold_answer({"answer": "3 * 500 = 1500\n#### 1,500"}, columns)
    '1,500'
    >>> gold_answer({"answer": "3 * 500 = 1500"}, columns) is None
    True
    """
    found = as_text(_picked(record, columns.gold_answer))
    how = columns.gold_from
    take = partial(_matched, how.pattern) if isinstance(how, Pattern) else GOLD_FROM[how]
    answer = take(found) if found else None
    return (answer.strip() if answer else None) or None


def _solution(found: object) -> str | None:
    """Return the worked solution of a row; several follow one another."""
    texts = [as_text(one) for one in (found if isinstance(found, list) else [found])]
    return "\n\n".join(text for text in texts if text) or None


def _matched(pattern: str, text: str) -> str | None:
    """Return the first group of a pattern's last match, or all of it where it has no group."""
    matches = list(re.finditer(pattern, text))
    return matches[-1][min(1, matches[-1].re.groups)] if matches else None


def _after_hashes(solution: str) -> str | None:
    """Return the line after the last `####`."""
    _, hashes, answer = solution.rpartition("####")
    return answer.strip().partition("\n")[0] if hashes else None


GOLD_FROM: dict[str, Callable[[str], str | None]] = {
    "column": str,
    "hashes": _after_hashes,
    "boxed": last_boxed,
}


def _tests(source: Source, columns: Columns, record: Record) -> str | None:
    """Return the tests of a program as JSON, with the packages that the source allows.

    Without a column they are looked for in those of public sets, unless they are to be made.
    """
    if source.verifier != "code":
        return as_json(_picked(record, columns.tests))
    if columns.tests is None and columns.metadata is not None:
        return None
    found = _picked(record, columns.tests) if columns.tests else record.get("tests")
    tests = as_json(gathered_tests({**record, "tests": found}, is_code=True))
    return allowing(tests, source.packages) if tests and source.packages else tests


def _picked(record: Record, path: str | None) -> Any:  # noqa: ANN401 - any JSON value is the point
    return None if path is None else pick(record, path)


def _drop(
    source: Source, columns: Columns, fields: dict[str, Any], asked: Question, choices: object
) -> tuple[str | None, str | None]:
    """Return why a readable row is dropped, and the particulars."""
    if not fields["problem"].strip():
        return "no_problem", f"`{columns.problem}` holds no text: {asked.fault}"
    for name in ("problem", "gold_answer"):
        if bad := BAD_CHARACTER.search(fields[name] or ""):
            return "invalid_character", f"{name}: U+{ord(bad[0]):04X} at character {bad.start()}"
    if choices is not None and fields["choices"] is None:
        kind = type(choices).__name__
        return "invalid_choices", f"`{columns.choices}` is in no form that is read: {kind}"
    if _is_unverified(source, fields) and source.verifier and source.unverified == "drop":
        said = _said_missing(source, fields)
        told = f"it says that there is none: {said!r}" if said else _where_gold_is_missed(columns)
        return "no_gold_answer", told
    return None, None


def _is_unverified(source: Source, fields: dict[str, Any]) -> bool:
    """Say whether nothing tells if an answer to the problem is right."""
    has_gold = fields["gold_answer"] is not None and not _said_missing(source, fields)
    is_judged = has_gold or _is_judged_without_gold(source, fields)
    return source.verifier is None or not is_judged


def _said_missing(source: Source, fields: dict[str, Any]) -> str | None:
    """Return the words by which a gold answer says that there is none; None if it says so not."""
    gold = fields["gold_answer"]
    if source.verifier not in BY_GOLD or not gold:
        return None
    return find_missing(gold, fields["problem"], tuple(fields["choices"] or ()))


def _is_judged_without_gold(source: Source, fields: dict[str, Any]) -> bool:
    """Say whether tests, solutions to make them from, or a problem's own rules stand in for it."""
    is_scored = source.verifier in ("reasoning_gym", "code") and fields["metadata"] is not None
    return fields["tests"] is not None or is_scored


def _where_gold_is_missed(columns: Columns) -> str:
    if columns.gold_answer is None:
        return "no column of gold answers is set"
    missed = {"column": "is empty or no text", "hashes": "has no `####`", "boxed": "has no box"}
    how = columns.gold_from
    told = f"has no {how.pattern!r}" if isinstance(how, Pattern) else missed[how]
    return f"`{columns.gold_answer}` {told}"


def _row(
    source: Source, fields: dict[str, Any], drop: tuple[str | None, str | None]
) -> dict[str, Any]:
    row: dict[str, Any] = {"problem": "", "language": source.language, **fields}
    row = {name: storable_value(value) for name, value in row.items()}
    asked = (row.get("system_message"), row["problem"], row.get("choices"), row.get("tests"))
    is_kept = source.unverified == "keep" and bool(fields) and _is_unverified(source, fields)
    return {
        **row,
        **flag_problem(row["problem"], row["language"]),
        "prompt_id": prompt_id(source.domain, *asked, row.get("earlier_turns")),
        "domain": source.domain,
        "licence": source.licence,
        "verifier": None if is_kept else source.verifier,
        "is_unverified": True if is_kept else None,
        "drop_reason": drop[0],
        "drop_detail": drop[1],
    }
