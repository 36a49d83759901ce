"""Worked examples: arithmetic solved by rule, step by step, in the form a policy is to learn.

No model writes these completions. They only have to show a base model what a completion looks
like: a think block with the steps, then a response with the boxed answer.
"""

import ast
import re
from collections.abc import Iterable, Iterator

from r1data.protocol import ErrorClass, Reply, Request, Sampling

EXPRESSION = re.compile(
    r"^(?:Calculate|Compute|Solve|Evaluate:|What is"
    r"|State the final answer to the following arithmetic problem:"
    r"|Solve the following multiplication:)\s+(?P<expression>[-+*()\d\s]*\d[)\s]*)(?:[.?=]|$)"
)
EQUATION = re.compile(
    r"^(?:Solve for|Find the value of|Determine the value of)\s+(?P<variable>[a-z])\b[^:]*:"
    r"\s*(?P<left>[-+*()\d\sa-z]+)=\s*(?P<right>-?\d+)\s*$"
)
DIVISOR = re.compile(
    r"^Find the Greatest Common Divisor \(GCD\) of these numbers:\s*(?P<numbers>[\d, ]+)\."
)

MAX_PROBLEM_CHARS = 400
"""Longer problems are no worked example: so few signs nest no deeper, and so few digits multiply to
no larger numbers, than Python takes."""
OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}


class WorkedExamples:
    """The engine that solves arithmetic by rule; it refuses every other problem."""

    concurrency = 1

    def complete(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[Reply]:
        """Yield each request's worked example, in order; sampling settings change nothing."""
        for request in requests:
            completion = worked_example(request.messages[-1]["content"])
            if completion is None:
                yield Reply(
                    request.rollout_id,
                    error_class=ErrorClass.REFUSED,
                    error="no rule solves this problem",
                )
            else:
                completion = completion.removeprefix(request.prefill)
                yield Reply(request.rollout_id, completion=completion, finish_reason="stop")

    def close(self) -> None:
        """Do nothing: there is no process."""


def worked_example(question: str) -> str | None:
    r"""Return the completion for an arithmetic question, or None if no rule solves it.

    Reads the problem only: the question's first paragraph, before any instruction, of at most
    `MAX_PROBLEM_CHARS`.

    >>> print(worked_example("Calculate 2 + 3 * 4.\n\nThink first."))
    <think>
    3 * 4 = 12
    2 + 12 = 14
    </think>
    <BLANKLINE>
    The answer is \boxed{14}.
    """
    problem = question.split("\n\n")[0].strip()
    if len(problem) > MAX_PROBLEM_CHARS:
        return None
    for pattern, rule in RULES:
        if (match := pattern.match(problem)) and (solution := rule(match)):
            *steps, answer = solution
            reasoning = "\n".join(steps)
            return f"<think>\n{reasoning}\n</think>\n\nThe answer is \\boxed{{{answer}}}."
    return None


def _calculate(match: re.Match[str]) -> list[str] | None:
    """Return the steps of an expression of integers, then its value."""
    steps: list[str] = []
    value = _value(match["expression"], steps)
    return None if value is None else [*(steps or [f"{value} = {value}"]), str(value)]


def _solve_equation(match: re.Match[str]) -> list[str] | None:
    """Return the steps that solve a linear equation in one variable, then its solution."""
    variable, right = match["variable"], int(match["right"])
    at = [_value(re.sub(rf"\b{variable}\b", f"({x})", match["left"])) for x in (0, 1, 2)]
    if any(value is None for value in at):
        return None
    constant, one, two = (int(value or 0) for value in at)
    factor = one - constant
    if factor == 0 or two - one != factor or (right - constant) % factor:
        return None
    rest = right - constant
    steps = [f"{factor}*{variable} = {right} - {constant} = {rest}"] if constant else []
    solution = rest // factor
    return [*steps, f"{variable} = {rest} / {factor} = {solution}", str(solution)]


def _divide(match: re.Match[str]) -> list[str] | None:
    """Return Euclid's steps for the greatest common divisor of some numbers, then the divisor."""
    numbers = sorted((int(number) for number in re.findall(r"\d+", match["numbers"])), reverse=True)
    steps, divisor = [], numbers[0]
    for number in numbers[1:]:
        large, small = max(divisor, number), min(divisor, number)
        while small:
            steps.append(f"{large} % {small} = {large % small}")
            large, small = small, large % small
        divisor = large
    return [*steps, str(divisor)]


RULES = ((EXPRESSION, _calculate), (EQUATION, _solve_equation), (DIVISOR, _divide))


def _value(expression: str, steps: list[str] | None = None) -> int | None:
    """Return the value of an expression of integers, noting each operation in `steps`."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        return None
    return _evaluate(tree, [] if steps is None else steps)


def _evaluate(node: ast.expr, steps: list[str]) -> int | None:
    match node:
        case ast.Constant(value=int(number)):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = _evaluate(operand, steps)
            return None if value is None else -value
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
            a, b = _evaluate(left, steps), _evaluate(right, steps)
            if a is None or b is None:
                return None
            value = {"+": a + b, "-": a - b, "*": a * b}[sign := OPERATORS[type(operator)]]
            steps.append(f"{a} {sign} {b} = {value}")
            return value
    return None
