import polars as pl
import pytest

from r1data.errors import CapReachedError, SetupError
from r1data.generation.budget import Budget, Caps, Spent
from r1data.generation.sampling import sample_rollouts
from r1data.generation.spending import read_spent
from r1data.policies.price import Price
from r1data.policies.settings import EndpointPolicy, PolicyVersion
from r1data.protocol import ErrorClass, Reply, Sampling
from r1data.requests.log import RequestLog
from r1data.store.spec import TableSpec, fingerprints
from r1data.store.store import Store
from r1data.tables import Rollouts

NUM_PROMPTS, GROUP_SIZE = 30, 2
NUM_REQUESTS = NUM_PROMPTS * GROUP_SIZE
SPEC = TableSpec("reasoning/rollouts", Rollouts, 1)
PRICE = Price(input=0, output=1_000)
TEACHER = EndpointPolicy(endpoint="http://here/v1", model="m", revision="1", price=PRICE)
POLICY = PolicyVersion("teacher", TEACHER, "m@1")
TOKENS = 100
"""Of each completion: at this price a tenth of the currency."""
SAMPLING = Sampling(group_size=GROUP_SIZE, max_tokens=1_000)


class Teacher:
    """Completes each request with as many tokens, in 36 seconds of the clock it is."""

    concurrency = 8

    def __init__(self, fails=(), tokens=TOKENS):
        self.fails = fails
        self.tokens = tokens
        self.asked = []
        self.now = 0.0
        self.most_in_flight = 0

    def clock(self):
        return self.now

    def complete(self, requests, sampling):
        in_flight = []
        for request in requests:
            self.asked.append(request.rollout_id)
            in_flight.append(request)
            if len(in_flight) == self.concurrency:
                yield self.reply(in_flight.pop(0))
        yield from map(self.reply, in_flight)

    def reply(self, request):
        self.now += 36
        if len(self.asked) in self.fails:
            return Reply(request.rollout_id, error_class=ErrorClass.TIMED_OUT, error="late")
        return Reply(
            request.rollout_id,
            completion="2",
            finish_reason="stop",
            num_prompt_tokens=0,
            num_completion_tokens=self.tokens,
        )

    def close(self):
        pass


PROMPTS = pl.DataFrame(
    {
        "prompt_id": [f"p{number:02}" for number in range(NUM_PROMPTS)],
        "problem": "",
        "system_message": pl.Series([None] * NUM_PROMPTS, dtype=pl.String),
    }
)


def run(root, teacher, spent=None, policy=POLICY, **caps):
    """Sample under some caps; return the budget."""
    store = Store(root / "mine")
    budget = Budget(Caps(**caps), spent or Spent(), teacher.clock)
    with (
        store.writing(SPEC, fingerprints([SPEC])[SPEC.key], {}) as writer,
        RequestLog.of(store, policy, SAMPLING) as log,
    ):
        try:
            sample_rollouts(
                lambda: teacher, log, PROMPTS, writer, round_name="reasoning", budget=budget
            )
            writer.finish()
        finally:
            budget.log = log.path
    return budget


REACHED = [
    pytest.param({"requests": 20}, {"requests": 40}, 20, id="requests"),
    pytest.param({"tokens": 2_000}, {"tokens": 4_000}, 20, id="tokens"),
    pytest.param({"money": 2.0}, {"money": 4.0}, 20, id="money"),
]


@pytest.mark.parametrize(("caps", "raised", "num_asked"), REACHED)
def test_a_cap_is_reached_to_the_request_and_said_once_raised_the_run_goes_on(
    tmp_path, caps, raised, num_asked
):
    (name, cap), teacher = next(iter(caps.items())), Teacher()
    said = rf"`caps\.{name}` is {cap:,.9g}, and {cap:,.9g} are used up.*raise the cap and run again"
    with pytest.raises(CapReachedError, match=said):
        run(tmp_path, teacher, **caps)
    assert len(teacher.asked) == num_asked
    spent = read_spent((tmp_path / "logs" / "requests").rglob("*.jsonl"), "mine")
    with pytest.raises(CapReachedError):
        run(tmp_path, teacher, spent, **caps)
    assert len(teacher.asked) == num_asked
    with pytest.raises(CapReachedError):
        run(tmp_path, teacher, spent, **raised)
    assert len(teacher.asked) == 2 * num_asked
    spent = read_spent((tmp_path / "logs" / "requests").rglob("*.jsonl"), "mine")
    run(tmp_path, teacher, spent)
    assert len(teacher.asked) == len(set(teacher.asked)) == NUM_REQUESTS


def test_a_cap_of_hours_lets_what_is_in_flight_finish_and_counts_earlier_runs(tmp_path):
    teacher = Teacher()
    with pytest.raises(CapReachedError, match=r"`caps\.hours` is 0\.2, and 0\.27 are used up"):
        run(tmp_path, teacher, hours=0.2)
    assert len(teacher.asked) == 20 + teacher.concurrency - 1
    with pytest.raises(CapReachedError):
        run(tmp_path, teacher, Spent(hours=0.27), hours=0.2)
    assert len(teacher.asked) == 27
    run(tmp_path, teacher, Spent(hours=0.27), hours=2)
    assert len(teacher.asked) == NUM_REQUESTS


def test_a_cap_that_the_last_request_reaches_stops_nothing(tmp_path):
    teacher = Teacher()
    run(tmp_path, teacher, requests=NUM_REQUESTS, tokens=NUM_REQUESTS * TOKENS)
    assert len(teacher.asked) == NUM_REQUESTS


def test_a_cap_of_a_recipe_whose_replies_are_all_logged_is_never_met(tmp_path):
    teacher = Teacher()
    run(tmp_path, teacher)
    spent = Spent(NUM_REQUESTS, 6_000, 6.0, 1.0)
    run(tmp_path, teacher, spent, requests=1, tokens=1, money=0.1, hours=0.1)
    assert len(teacher.asked) == NUM_REQUESTS


def test_before_it_is_known_what_replies_take_a_small_cap_is_not_passed_by_many(tmp_path):
    teacher = Teacher()
    with pytest.raises(CapReachedError):
        run(tmp_path, teacher, tokens=3 * TOKENS)
    assert len(teacher.asked) == 3


def test_errors_count_as_requests_and_are_asked_again_once_the_cap_is_raised(tmp_path):
    teacher = Teacher(fails=(10, 11))
    with pytest.raises(CapReachedError):
        run(tmp_path, teacher, requests=20)
    failed = 20 - read_spent((tmp_path / "logs" / "requests").rglob("*.jsonl"), "mine").tokens / 100
    assert failed == 2
    teacher.fails = ()
    run(tmp_path, teacher, Spent(requests=20), requests=100)
    assert len(teacher.asked) == NUM_REQUESTS + failed


@pytest.mark.parametrize("cap", ["tokens", "money"])
def test_a_cap_stops_a_run_that_is_told_nothing_of_what_the_cap_counts(tmp_path, cap):
    teacher = Teacher(tokens=None)
    with pytest.raises(SetupError, match=r"came without counts of tokens.*or cap `requests`"):
        run(tmp_path, teacher, **{cap: 1_000_000})
    assert len(teacher.asked) < 8 + teacher.concurrency


def test_a_cap_of_money_does_not_ask_a_free_model_for_counts(tmp_path):
    teacher, free = (
        Teacher(tokens=None),
        TEACHER.model_copy(update={"price": Price(input=0, output=0)}),
    )
    run(tmp_path, teacher, policy=PolicyVersion("teacher", free, "m@1"), money=1)
    assert len(teacher.asked) == NUM_REQUESTS


def test_a_cap_of_training_hours_says_what_is_left_and_stops_no_sampling(tmp_path):
    caps = Caps(training_hours=2)
    assert Budget(caps, Spent(training_hours=0.5)).training_seconds() == 1.5 * 3_600
    assert Budget().training_seconds() is None
    teacher = Teacher()
    run(tmp_path, teacher, Spent(training_hours=2.5), training_hours=2)
    assert len(teacher.asked) == NUM_REQUESTS


def test_a_training_does_not_begin_once_the_cap_of_training_hours_is_reached():
    budget = Budget(Caps(training_hours=2), Spent(training_hours=2.25))
    said = r"`caps\.training_hours` is 2, and 2\.25 are used up.*raise the cap and run again"
    with pytest.raises(CapReachedError, match=said):
        budget.training_seconds()
