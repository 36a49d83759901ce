"""Compare our `math` verifier with its peers on the hand-checked pairs.

    python -m performance.verifier_accuracy
    python -m performance.verifier_accuracy --hostile   also on the hostile ones: slow

For each verifier: precision, recall and F1 of the verdict `correct`, and how often it hung. All are
shown the same completions: those of the pairs, or the predicted answer in a box. Then the same by
type, and every pair on which ours and the person who wrote it disagree.
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from performance.golden_pairs import Pair, judge_pairs, read_pairs
from performance.hostile import ANSWERS, FOUR
from performance.peer_verifiers import CRASH, HANG, TITLES, Peer
from r1data.answers.outcome import Outcome
from r1data.answers.workers import Workers

OURS = "r1data"
STATED = "a bare answer, boxed"
READ = "a whole completion"
STOPPED = "stopped"
"""What our pool ended at its limit: no hang, no verdict."""

Found = bool | str | None
"""Right, wrong, None for a row that is skipped, `hang`, `crash` or `stopped`."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well the verdict `correct` of a verifier agrees with a person's."""

    num_pairs: int
    true_positives: int
    false_positives: int
    false_negatives: int
    num_skipped: int
    """Right ones among them are false negatives too: the row is lost."""
    num_hangs: int
    num_crashes: int

    @property
    def precision(self) -> float:
        """Of what it calls correct, the share that is."""
        return self.true_positives / max(1, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        """Of what is correct, the share that it calls so."""
        return self.true_positives / max(1, self.true_positives + self.false_negatives)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = 2 * self.true_positives + self.false_positives + self.false_negatives
        return 2 * self.true_positives / max(1, total)


def measure(findings: Iterable[tuple[Pair, Found]]) -> Accuracy:
    """Return how well findings agree with the outcomes that a person gave."""
    rows = [(pair.outcome is Outcome.CORRECT, found) for pair, found in findings]
    return Accuracy(
        num_pairs=len(rows),
        true_positives=sum(is_right and found is True for is_right, found in rows),
        false_positives=sum(not is_right and found is True for is_right, found in rows),
        false_negatives=sum(is_right and found is not True for is_right, found in rows),
        num_skipped=sum(found is None for _, found in rows),
        num_hangs=sum(found == HANG for _, found in rows),
        num_crashes=sum(found == CRASH for _, found in rows),
    )


def judge_with_ours(pairs: Sequence[Pair]) -> list[Found]:
    """Judge pairs with our verifier; what says nothing about the policy is skipped."""
    with Workers() as pool:
        return [_found(verdict.outcome) for verdict in judge_pairs(pairs, pool)]


def _found(outcome: Outcome) -> Found:
    if outcome is Outcome.TIMED_OUT:
        return STOPPED
    if outcome is Outcome.FAILED:
        return CRASH
    return None if outcome is Outcome.BAD_GOLD else outcome is Outcome.CORRECT


def _print_table(pairs: Sequence[Pair], found: Mapping[str, Sequence[Found]]) -> None:
    print(f"{'':32}precision  recall      F1   false+  false-  skipped  hangs  crashes")
    for name, findings in found.items():
        one = measure(zip(pairs, findings, strict=True))
        rates = f"{one.precision:9.1%} {one.recall:7.1%} {one.f1:7.1%}"
        counts = f"{one.false_positives:8} {one.false_negatives:7} {one.num_skipped:8}"
        print(f"{TITLES.get(name, name):32}{rates} {counts} {one.num_hangs:6} {one.num_crashes:8}")


def _print_by_type(pairs: Sequence[Pair], found: Mapping[str, Sequence[Found]]) -> None:
    print("\nfalse positives and false negatives by type")
    print(f"{'':12}{'pairs':>6}  " + "".join(f"{name:>10}" for name in found))
    for kind in sorted({pair.type for pair in pairs}):
        columns = []
        for findings in found.values():
            rows = [row for row in zip(pairs, findings, strict=True) if row[0].type == kind]
            one = measure(rows)
            columns.append(f"+{one.false_positives} -{one.false_negatives}")
        count = sum(pair.type == kind for pair in pairs)
        print(f"{kind:12}{count:6}  " + "".join(f"{column:>10}" for column in columns))


def _print_disagreements(pairs: Sequence[Pair], findings: Sequence[Found]) -> None:
    print("\npairs on which ours disagrees with the person who wrote them")
    for pair, found in zip(pairs, findings, strict=True):
        if (pair.outcome is Outcome.CORRECT) != (found is True):
            given = pair.predicted if pair.predicted is not None else pair.completion
            print(f"{pair.id}: gold {pair.gold_answer!r}, {given!r}: {found}; {pair.why}")


def hostile_pairs() -> list[Pair]:
    """Return the hostile answers as pairs: boxed, and none of them right."""
    return [
        Pair(f"hostile-{name}", "integer", "math", FOUR, Outcome.INCORRECT, "", predicted=answer)
        for name, answer in ANSWERS.items()
    ]


def _judge_with_all(pairs: Sequence[Pair]) -> dict[str, Sequence[Found]]:
    given = [(pair.gold_answer, pair.whole_completion) for pair in pairs]
    peers = {name: Peer(name).judge(given) for name in TITLES}
    return {OURS: judge_with_ours(pairs), **peers}


def main() -> None:
    """Judge the `math` pairs with every verifier and print how each did."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--hostile", action="store_true", help="also judge the hostile answers")
    arguments = parser.parse_args()
    pairs = [pair for pair in read_pairs() if pair.verifier == "math"]
    found = _judge_with_all(pairs)
    for title, are_bare in ((STATED, True), (READ, False)):
        chosen = [n for n, pair in enumerate(pairs) if (pair.predicted is not None) is are_bare]
        right = sum(pairs[n].outcome is Outcome.CORRECT for n in chosen)
        print(f"{title}: {len(chosen)} pairs, {right} of them right")
        _print_table(
            [pairs[n] for n in chosen],
            {name: [findings[n] for n in chosen] for name, findings in found.items()},
        )
        print()
    print(f"all {len(pairs)} pairs")
    _print_table(pairs, found)
    _print_by_type(pairs, found)
    _print_disagreements(pairs, found[OURS])
    if arguments.hostile:
        hostile = hostile_pairs()
        print(f"\n{len(hostile)} hostile answers, none of them right")
        _print_table(hostile, _judge_with_all(hostile))


if __name__ == "__main__":
    main()
