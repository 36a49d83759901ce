"""Tests made for prompts that have reference solutions: generated inputs, outputs all agree on.

DeepSeek-R1's recipe: input generators are run, and of what they print those inputs are kept that
known-good programs answer alike and at least one known-bad program gets wrong. A caller uses it
where prompts come in: the tests it returns go into the column `tests` of the prompt's row, before
gold answers are checked.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from r1data.answers.code.report import Output
from r1data.answers.code.run import Runner
from r1data.answers.code.sandbox import Limits, check_sandbox
from r1data.answers.code.stdout import difference

CALLED = """
import json as _json, sys as _sys
_arguments = _json.loads(_sys.stdin.read())
_printed, _sys.stdout = _sys.stdout, _sys.stderr
exec(compile({program!r}, "<program>", "exec"), globals())
print(_json.dumps({entry_point}(*_arguments)), file=_printed)
"""
"""Code that makes a function a program, which reads arguments as JSON and prints the value."""


@dataclass(frozen=True, slots=True)
class GeneratedTests:
    """Tests, and what became of the inputs tried."""

    tests: str | None
    """JSON for the column `tests`; None if no input was kept."""
    num_inputs: int
    """Different inputs that the generators gave."""
    num_disagreed: int
    """Inputs on which a known-good program failed, or two of them disagreed."""
    num_idle: int
    """Inputs that every known-bad program got right."""
    not_caught: tuple[int, ...]
    """Positions of the known-bad programs that pass all the tests that were kept."""


def generate_tests(
    generators: Sequence[str],
    good: Sequence[str],
    bad: Sequence[str] = (),
    *,
    entry_point: str | None = None,
    num_inputs: int = 20,
    packages: tuple[str, ...] = (),
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
) -> GeneratedTests:
    """Make tests from input generators; everything runs in sandboxes.

    Without known-bad programs every input is kept that the good ones agree on.

    Args:
        generators: Programs that read a number, the seed, and print one input: the text for a
            program's standard input or, with an entry point, a JSON list of arguments.
        good: Programs known to be right; with one, nothing shows that its outputs are.
        bad: Programs known to be wrong.
        entry_point: The function whose values are compared; None means standard output.
        num_inputs: Seeds given to each generator: 0, 1, 2 and so on.
        packages: What the programs may import; the tests allow it too.
        limits: What each program may take.
    """
    if not good:
        raise ValueError("no known-good program is given, so no output is known; give at least one")
    check_sandbox()
    with Runner(limits) as runner:
        inputs = _inputs(generators, num_inputs, runner, packages)
        runs = {
            program: runner.outputs(_called(program, entry_point), inputs, packages)
            for program in (*good, *bad)
        }
    expected = [_agreed([runs[program][n] for program in good]) for n in range(len(inputs))]
    wrong = {
        number: {program for program in bad if _is_wrong(runs[program][number], text)}
        for number, text in enumerate(expected)
        if text is not None
    }
    kept = [number for number in wrong if wrong[number] or not bad]
    caught = {program for number in kept for program in wrong[number]}
    made = [_case(inputs[number], expected[number] or "", entry_point) for number in kept]
    cases = [case for case in made if case is not None]
    kind: dict[str, object] = {"kind": "calls", "entry_point": entry_point}
    kind = kind if entry_point else {"kind": "stdin"}
    kind |= {"packages": list(packages)} if packages else {}
    return GeneratedTests(
        tests=json.dumps({**kind, "cases": cases}) if cases else None,
        num_inputs=len(inputs),
        num_disagreed=len(inputs) - len(wrong),
        num_idle=len(wrong) - len(kept),
        not_caught=tuple(n for n, program in enumerate(bad) if program not in caught),
    )


def _inputs(
    generators: Sequence[str], num_inputs: int, runner: Runner, packages: tuple[str, ...]
) -> list[str]:
    """Return the different inputs that generators give; a run that fails gives none."""
    seeds = [f"{seed}\n" for seed in range(num_inputs)]
    outputs = [one for program in generators for one in runner.outputs(program, seeds, packages)]
    return list(dict.fromkeys(one.text for one in outputs if not one.detail and one.text.strip()))


def _called(program: str, entry_point: str | None) -> str:
    return CALLED.format(program=program, entry_point=entry_point) if entry_point else program


def _agreed(outputs: Sequence[Output]) -> str | None:
    """Return the output that all programs agree on, or None."""
    first = outputs[0].text
    is_agreed = all(not one.detail and not difference(one.text, first) for one in outputs)
    return first if is_agreed and first.strip() else None


def _is_wrong(output: Output, expected: str) -> bool:
    return bool(output.detail or difference(output.text, expected))


def _case(given: str, output: str, entry_point: str | None) -> dict[str, object] | None:
    """Return a case; None where an input is no list of arguments, or an output no value."""
    if not entry_point:
        return {"input": given, "output": output}
    try:
        arguments, value = json.loads(given), json.loads(output)
    except (ValueError, RecursionError):
        return None
    return {"args": arguments, "expected": value} if isinstance(arguments, list) else None
