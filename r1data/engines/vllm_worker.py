"""The process vLLM runs in: requests come in and replies go out, as JSON lines.

vLLM is driven step by step, because `LLM.generate` returns nothing until everything is done: here
each completion leaves the moment it is finished. The first line of standard input says what to
load; then `ask` adds a request and `abort` gives up all that are in flight. The end of standard
input means that the parent is gone: the whole process group ends at once.
"""

import json
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from filelock import FileLock, Timeout

from r1data.engines.cpu import cpu_flags, number_format
from r1data.processes import end_own_group, own_standard_output

if TYPE_CHECKING:
    from vllm import RequestOutput
    from vllm.v1.engine.llm_engine import LLMEngine

Line = dict[str, Any]
Say = Callable[[Line], None]


class Loaded(NamedTuple):
    """An engine with its weights."""

    engine: "LLMEngine"
    sampling_params: Callable[..., Any]
    """Its class of sampling parameters."""
    name: str
    """The engine, its version, device and number format."""
    note: str = ""
    """What a person must know of how it runs here."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that vLLM is working on."""

    rendered_prompt: str
    num_prompt_tokens: int
    since: float


class Worker:
    """vLLM's engine and the requests it is working on."""

    def __init__(self, loaded: Loaded, say: Say) -> None:
        self.engine, self.sampling_params = loaded.engine, loaded.sampling_params
        self.say = say
        self.tokenizer = self.engine.get_tokenizer()
        self.max_model_len = self.engine.model_config.max_model_len
        self.asked: dict[str, Asked] = {}

    def serve(self, lines: "queue.Queue[Line]") -> None:
        """Take requests as they come and step the engine while it has any."""
        while True:
            while not self.asked or not lines.empty():
                self._take(lines.get())
            for output in self.engine.step():
                if output.finished and output.request_id in self.asked:
                    self._finish(output)

    def _take(self, line: Line) -> None:
        if "abort" in line:
            self.engine.abort_request(list(self.asked))
            self.asked.clear()
        else:
            self._ask(**line["ask"])

    def _ask(
        self,
        rollout_id: str,
        messages: list[Line],
        prefill: str,
        seed: int,
        sampling: Line,
        chat_template_kwargs: Line,
    ) -> None:
        """Give vLLM a request, or reply why it cannot be taken."""
        prompt = self.tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, **chat_template_kwargs
        )
        prompt += prefill
        token_ids = self.tokenizer.encode(prompt, add_special_tokens=False)
        asked = Asked(prompt, len(token_ids), time.monotonic())
        room = self.max_model_len - len(token_ids)
        if room < 1:
            error = f"the prompt has {len(token_ids)} tokens, the context {self.max_model_len}"
            self._reply(rollout_id, asked, error_class="prompt_too_long", error=error)
            return
        try:
            params = self.sampling_params(**sampling_arguments(sampling, seed, room))
            self.engine.add_request(rollout_id, {"prompt_token_ids": token_ids}, params)
        except ValueError as error:
            self._reply(rollout_id, asked, error_class="refused", error=str(error))
        else:
            self.asked[rollout_id] = asked

    def _finish(self, output: "RequestOutput") -> None:
        asked, completion = self.asked.pop(output.request_id), output.outputs[0]
        if completion.finish_reason not in ("stop", "length"):
            error = f"vLLM ended it with {completion.finish_reason}"
            self._reply(output.request_id, asked, error_class="server_error", error=error)
            return
        self._reply(
            output.request_id,
            asked,
            completion=completion.text,
            finish_reason=completion.finish_reason,
            num_completion_tokens=len(completion.token_ids),
        )

    def _reply(self, rollout_id: str, asked: Asked, **facts: object) -> None:
        self.say(
            {
                "reply": {
                    "rollout_id": rollout_id,
                    "num_prompt_tokens": asked.num_prompt_tokens,
                    "seconds": round(time.monotonic() - asked.since, 3),
                    "rendered_prompt": asked.rendered_prompt,
                    **facts,
                }
            }
        )


def sampling_arguments(sampling: Line, seed: int, room: int) -> Line:
    """Return vLLM's sampling parameters for our sampling settings.

    Sampling ends where the context does, and special tokens are kept: the completion is raw.

    >>> sampling_arguments({"max_tokens": 100, "top_p": 1.0}, seed=7, room=60)
    {'max_tokens': 60, 'top_p': 1.0, 'seed': 7, 'skip_special_tokens': False}
    """
    limit = min(sampling["max_tokens"], room)
    return {**sampling, "max_tokens": limit, "seed": seed, "skip_special_tokens": False}


def _listen() -> tuple[Line, "queue.Queue[Line]"]:
    """Return the first line the parent says, and the queue of all that follow.

    Reads a file object of its own: the interpreter would wait at exit for the lock of `sys.stdin`.
    """
    said = os.fdopen(os.dup(0), encoding="utf-8")
    lines: queue.Queue[Line] = queue.Queue()

    def read() -> None:
        for line in said:
            lines.put(json.loads(line))
        end_own_group()

    first = json.loads(said.readline())
    threading.Thread(target=read, daemon=True).start()
    return first, lines


def _lock(lock_file: str, say: Say) -> FileLock:
    """Return the engine lock, held; say so if it has to be waited for."""
    lock = FileLock(lock_file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say({"waiting": True})
        lock.acquire()
    say({"loading": True})
    return lock


def engine_arguments(arguments: Line) -> Line:
    """Return vLLM's engine arguments: what was asked for, over our defaults.

    Statistics are off, as in vLLM's own `LLM`: each step pays for them.
    """
    from vllm.platforms import current_platform

    ours = _cpu_arguments() if current_platform.is_cpu() else {}
    return {"disable_log_stats": True, **ours, **arguments}


def _cpu_arguments() -> Line:
    """Return what else is ours on a CPU."""
    import torch

    dtype = number_format(cpu_flags(), torch.backends.cpu.get_cpu_capability())
    # A prompt prefilled in parts has its random generator rewound, which CPU generators cannot.
    return {"enable_chunked_prefill": False, **({"dtype": dtype} if dtype else {})}


def _load(arguments: Line) -> Loaded:
    from vllm import EngineArgs, SamplingParams
    from vllm.sampling_params import RequestOutputKind
    from vllm.v1.engine.llm_engine import LLMEngine

    asked = engine_arguments(arguments)
    engine = LLMEngine.from_engine_args(EngineArgs(**asked))
    params = partial(SamplingParams, output_kind=RequestOutputKind.FINAL_ONLY)
    dtype = str(engine.model_config.dtype).removeprefix("torch.")
    is_ours = "dtype" in asked and "dtype" not in arguments
    return Loaded(engine, params, _name(dtype), _note(dtype, is_ours=is_ours))


def _name(dtype: str) -> str:
    import vllm
    from vllm.platforms import current_platform

    return f"vllm {vllm.__version__}, {current_platform.get_device_name()}, {dtype}"


def _note(dtype: str, *, is_ours: bool) -> str:
    """Say how it runs on a CPU; nothing on a GPU, where it runs as everywhere."""
    from vllm.platforms import current_platform

    if not current_platform.is_cpu():
        return ""
    waits = os.environ.get("OMP_WAIT_POLICY", "active").lower()
    why = " (this processor has no instructions for bfloat16)" if is_ours else ""
    return f"vLLM on the CPU: {dtype}{why}, {waits} waits"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no message"])[0]


def main(
    load: Callable[[Line], Loaded] = _load,
    make_worker: Callable[[Loaded, Say], Worker] = Worker,
) -> None:
    """Load what the first line says, under the engine lock, and serve."""
    output = own_standard_output()

    def say(line: Line) -> None:
        try:
            output.write(json.dumps(line) + "\n")
            output.flush()
        except BrokenPipeError:  # noticed here before the end of standard input is
            end_own_group()

    told, lines = _listen()
    with _lock(told["lock_file"], say):
        try:
            loaded = load(told["arguments"])
            worker = make_worker(loaded, say)
        except Exception as error:
            say({"error": f"{type(error).__name__}: {_first_line(error)}"})
            raise
        if not worker.tokenizer.chat_template:
            say({"error": "the tokenizer has no chat template"})
            return
        say({"ready": True, "engine": loaded.name, "note": loaded.note})
        worker.serve(lines)


if __name__ == "__main__":
    main()
