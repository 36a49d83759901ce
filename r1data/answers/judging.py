"""Judging answers from any program: one, many, or a gold answer against itself."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from r1data.answers.missing_golds import find_missing
from r1data.answers.outcome import Outcome
from r1data.answers.registry import find_verifier, judge
from r1data.answers.routing import find_verifier_name
from r1data.answers.verdict import Item, Verdict, Verifier
from r1data.answers.whole_golds import with_final_gold
from r1data.answers.workers import Workers, WorkersError

VERIFIES = Verdict(Outcome.CORRECT)


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """A gold answer's label, and its own verifier's verdict on it."""

    answer_type: str | None
    """A label for counting, such as `integer`; null where there is nothing to label."""
    verdict: Verdict
    """Correct where the gold answer, given as a response, verifies against itself."""


def judge_one(item: Item, verifier: str | None = None, *, pool: Workers | None = None) -> Verdict:
    r"""Judge one response: `judge_many` of one.

    >>> judge_one(Item(r"So it is \boxed{2/4}.", gold_answer="0.5")).outcome.value
    'correct'
    """
    return judge_many([item], verifier, pool=pool)[0]


def judge_many(
    items: Sequence[Item], verifier: str | None = None, *, pool: Workers | None = None
) -> list[Verdict]:
    """Return a verdict for each response, in order; whatever it holds, nothing is raised for it.

    Args:
        items: What is judged: the response alone, after the reasoning, and what its prompt says.
        verifier: The rule that judges them all; without one, each is judged by the rule that its
            gold answer, tests or choices ask for.
        pool: Worker processes for comparisons that may hang; without one, a single worker is
            started if it is needed, and ended.

    Raises:
        ValueError: There is no such verifier.
        WorkersError: Worker processes cannot be started.
    """
    names = [verifier or find_verifier_name(item) for item in items]
    verdicts: dict[int, Verdict] = {}
    with nullcontext(pool) if pool is not None else Workers(1) as workers:
        for name in dict.fromkeys(names):
            places = [place for place, named in enumerate(names) if named == name]
            found = judge(find_verifier(name), [items[place] for place in places], workers)
            verdicts.update(zip(places, found, strict=True))
    return [verdicts[place] for place in range(len(items))]


def type_gold_answer(
    item: Item, verifier: str | None = None, *, pool: Workers | None = None
) -> GoldAnswer:
    """Return the label of a gold answer, and whether its own verifier finds it right.

    Every policy would fail a gold answer that does not verify against itself.
    """
    rule = find_verifier(verifier or find_verifier_name(item))
    with nullcontext(pool) if pool is not None else Workers(1) as workers:
        return type_gold_answers(rule, [item], workers)[0]


def type_gold_answers(verifier: Verifier, items: Sequence[Item], pool: Workers) -> list[GoldAnswer]:
    """Return the same for many items of one verifier; their responses are not looked at."""
    prepared = [_prepare(verifier, item) for item in items]
    verdicts = iter(judge(verifier, [given for _, given in prepared if given], pool))
    return [
        replace(gold, verdict=next(verdicts)) if given is not None else gold
        for gold, given in prepared
    ]


def _prepare(verifier: Verifier, item: Item) -> tuple[GoldAnswer, Item | None]:
    """Label a gold answer, and give it as a response to its own problem, where it can be."""
    item = with_final_gold(item, verifier.name)
    try:
        is_missing = find_missing(item.gold_answer, item.problem, item.choices) is not None
        has_gold = bool(item.gold_answer.strip() or item.tests or item.metadata) and not is_missing
        found = verifier.type_answer(item) if has_gold else None
        typed = replace(item, answer_type=item.answer_type or found)
        response = verifier.as_response(typed)
    except WorkersError:
        raise
    except Exception as error:  # noqa: BLE001 - the boundary: a row must not stop a table
        why = f"gold answer: {type(error).__name__}: {error}"
        return GoldAnswer(None, Verdict(Outcome.BAD_GOLD, detail=why)), None
    given = None if response is None else replace(typed, response=response)
    return GoldAnswer(found, VERIFIES), given
