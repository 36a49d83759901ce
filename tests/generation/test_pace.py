import csv
import heapq
import random
from pathlib import Path

import pytest

from r1data.generation.pace import Pace
from r1data.progress import Speed

PLACES = 64
LAST_SHARE = 0.05
"""Of the whole time: its end hangs on single completions, and is not judged."""


def queue(latencies, *, loading=0.0, slow_after=float("inf")):
    """Return when each completion is asked for, begun and answered, with so many places."""
    free = [loading] * PLACES
    for number, latency in enumerate(latencies):
        begun = heapq.heappop(free)
        answered = begun + latency * (4 if begun > slow_after else 1)
        heapq.heappush(free, answered)
        yield (0.0 if number < PLACES else begun), begun, answered


def drawn(number, draw):
    rng = random.Random(number)
    return [draw(rng) for _ in range(number)]


def recorded():
    """A run of 1,060 rollouts of the demo, beside other work that came and went."""
    with Path(__file__).with_name("arrivals.csv").open(encoding="utf-8") as file:
        rows = [(float(row["answered"]), float(row["seconds"])) for row in csv.DictReader(file)]
    return [(answered - seconds, answered - seconds, answered) for answered, seconds in rows]


def foreseen(arrivals, *, step=10.0):
    """Yield the time, what was foreseen and what was true, every few seconds of a run."""
    arrivals = list(arrivals)
    events = [(asked, 0, number, 0.0) for number, (asked, _, _) in enumerate(arrivals)]
    events += [(end, 1, number, end - begun) for number, (_, begun, end) in enumerate(arrivals)]
    pace, now, whole = Pace(), 0.0, max(end for *_, end in arrivals)
    pace.expect(len(arrivals))
    for when, is_answer, number, seconds in sorted(events):
        while now < when:
            yield now, pace.seconds_left(now), whole - now
            now += step
        if is_answer:
            pace.answer(str(number), when, seconds)
        else:
            pace.ask(str(number), when)


CASES = [
    pytest.param(queue([100.0] * 1000), id="all equally long, in bursts"),
    pytest.param(queue(drawn(1000, lambda r: r.uniform(90, 110))), id="bursts that wash out"),
    pytest.param(queue(drawn(1000, lambda r: r.uniform(10, 60))), id="of all lengths"),
    pytest.param(queue(drawn(1000, lambda r: r.uniform(10, 60)), loading=120), id="slow start"),
    pytest.param(
        queue(drawn(1500, lambda r: min(90, r.expovariate(1 / 60)))), id="many cut off at the limit"
    ),
    pytest.param(queue(([20.0] * 19 + [100.0]) * 60), id="one in twenty takes five times as long"),
    pytest.param(recorded(), id="recorded"),
]


@pytest.mark.parametrize("arrivals", CASES)
def test_what_is_foreseen_after_a_minute_is_wrong_by_no_more_than_a_factor_of_two(arrivals):
    told = [seen for seen in foreseen(arrivals) if seen[1] is not None]
    whole = told[0][0] + told[0][2]
    judged = [seen for seen in told if seen[0] >= 60 and seen[2] > LAST_SHARE * whole]
    assert len(judged) > 10
    assert [(now, left, true) for now, left, true in judged if not true / 2 < left < true * 2] == []


def test_nothing_is_foreseen_before_as_many_came_as_are_in_flight():
    told = list(foreseen(queue(drawn(1000, lambda r: r.uniform(90, 110)))))
    assert {left for now, left, _ in told if now < 90} == {None}


def test_a_machine_that_becomes_slower_is_noticed():
    slower = queue(drawn(3000, lambda r: r.uniform(10, 60)), slow_after=400)
    told = [seen for seen in foreseen(slower) if seen[0] > 1000]
    whole = told[0][0] + told[0][2]
    assert all(true / 2 < left < true * 2 for _, left, true in told if true > LAST_SHARE * whole)


def test_a_step_is_as_fast_as_it_was_in_the_latest_half_of_its_time():
    speed = Speed()
    for second in range(200):
        speed.seconds_left(second * 10, 10_000, second)
    for second in range(200, 801):
        left = speed.seconds_left(2000 + second - 200, 10_000, second)
    assert left == pytest.approx(10_000 - 2600, rel=0.01)


def test_a_burst_among_slow_steps_does_not_make_the_end_seem_near():
    speed, told = Speed(), []
    for second, done in enumerate(done for burst in range(40) for done in [burst * 16] * 15):
        told.append((second, speed.seconds_left(done, 640, second)))
    judged = [(600 - second, left) for second, left in told if 60 < second < 560]
    assert all(true / 2 < left < true * 2 for true, left in judged)
