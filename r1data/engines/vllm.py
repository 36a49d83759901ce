"""vLLM in a process group of its own, each completion passed on as it finishes.

Samples of one prompt are requests of their own, each with its seed; they stand side by side, so
that prefix caching serves the prompt they share. What vLLM prints goes to a log file.

Some more requests than vLLM works on wait in its queue. A place that falls free is taken in the
very next step; a request that had yet to come through the pipes would leave it empty for a step.
"""

import dataclasses
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from r1data.engines.cpu import PASSIVE_WAITS
from r1data.engines.vllm_process import (
    WorkerDiedError,
    WorkerProcess,
    device_lock_file,
    worker_process,
)
from r1data.policies.settings import VllmEngine
from r1data.protocol import (
    NOT_IN_ID,
    EngineStoppedError,
    ErrorClass,
    Reply,
    Request,
    Sampling,
)

COMMAND = (sys.executable, "-m", "r1data.engines.vllm_worker")
WORKED_ON_PER_WAITING = 4
NOTHING: Mapping[str, bool | int | float | str] = MappingProxyType({})
ENVIRONMENT = {
    "TOKENIZERS_PARALLELISM": "false",
    "VLLM_LOGGING_STREAM": "ext://sys.stderr",
    "VLLM_NO_USAGE_STATS": "1",
    **PASSIVE_WAITS,
}
"""Environment variables of vLLM that a recipe's `engine.environment` can overrule."""


class Vllm:
    """A model in vLLM, up from the first request until `close`.

    `command` is what runs in the process group; it speaks as `vllm_worker` does.
    """

    def __init__(
        self,
        weights: Path,
        settings: VllmEngine,
        *,
        log_file: Path,
        max_model_len: int | None = None,
        chat_template_kwargs: Mapping[str, bool | int | float | str] = NOTHING,
        command: tuple[str, ...] = COMMAND,
    ) -> None:
        num_waiting = -(-settings.concurrency // WORKED_ON_PER_WAITING)
        self.concurrency = settings.concurrency + num_waiting
        self._arguments = {
            "model": str(weights),
            "max_num_seqs": settings.concurrency,
            **({"max_model_len": max_model_len} if max_model_len else {}),
            **settings.arguments,
        }
        self._settings = settings
        self._chat_template_kwargs = dict(chat_template_kwargs)
        self._log_file = log_file
        self._command = command
        self._worker: WorkerProcess | None = None
        self._running = ExitStack()

    def complete(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[Reply]:
        """Yield a reply for each request as it finishes; vLLM is loaded at the first."""
        waiting = iter(requests)
        in_flight: dict[str, str] = {}
        prompts: set[str] = set()
        try:
            while self._fill(in_flight, waiting, sampling):
                reply = self._next_reply(in_flight)
                prompt_id = in_flight[reply.rollout_id]
                if prompt_id in prompts:
                    reply = dataclasses.replace(reply, rendered_prompt=None)
                yield reply
                prompts.add(prompt_id)
                del in_flight[reply.rollout_id]
        except WorkerDiedError as death:
            self.close()
            for rollout_id in list(in_flight):
                yield Reply(rollout_id, error_class=ErrorClass.ENGINE_DIED, error=str(death))
            raise EngineStoppedError(str(death)) from None
        finally:
            if in_flight and self._worker:
                self._worker.send({"abort": True})

    def close(self) -> None:
        """End vLLM and every process it started; closing twice does nothing."""
        self._worker = None
        self._running.close()

    def _fill(
        self, in_flight: dict[str, str], waiting: Iterator[Request], sampling: Sampling
    ) -> bool:
        """Ask until `concurrency` requests are in flight; tell whether any are."""
        for request in islice(waiting, self.concurrency - len(in_flight)):
            worker = self._started()
            in_flight[request.rollout_id] = request.prompt_id
            ask = {
                "rollout_id": request.rollout_id,
                "messages": request.messages,
                "prefill": request.prefill,
                "seed": request.seed,
                "chat_template_kwargs": self._chat_template_kwargs,
                "sampling": sampling.model_dump(mode="json", exclude={*NOT_IN_ID})
                | ({"max_tokens": request.max_tokens} if request.max_tokens else {}),
            }
            worker.send({"ask": ask})
        return bool(in_flight)

    def _next_reply(self, in_flight: dict[str, str]) -> Reply:
        """Wait for the next reply, passing over those to requests that were given up."""
        while True:
            worker = self._started()
            reply = worker.receive()["reply"]
            if reply["rollout_id"] in in_flight:
                error_class = reply.pop("error_class", None)
                error_class = error_class and ErrorClass(error_class)
                return Reply(**reply, error_class=error_class, engine=worker.engine)

    def _started(self) -> WorkerProcess:
        """Return the worker; start it and have it load the weights if there is none."""
        if self._worker is None:
            environment = ENVIRONMENT | self._settings.environment
            with ExitStack() as running:
                worker = running.enter_context(
                    worker_process(self._command, environment, self._log_file)
                )
                worker.load(
                    self._arguments,
                    device_lock_file(self._settings.environment),
                    self._settings.start_seconds,
                )
                self._running = running.pop_all()
            self._worker = worker
        return self._worker
