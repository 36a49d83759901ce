"""The process vLLM runs in while generation is measured: our worker, and vLLM's own `LLM` in it.

Both sides share one engine, so that neither has threads that spin while the other is measured.
"""

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from r1data.engines.vllm_worker import (
    Line,
    Loaded,
    Say,
    Worker,
    engine_arguments,
    main,
    sampling_arguments,
)

if TYPE_CHECKING:
    from vllm import LLM


class MeasuredWorker(Worker):
    """Our worker, which also empties the prefix cache and generates as bare vLLM does."""

    llm: "LLM"

    def _take(self, line: Line) -> None:
        if "empty_cache" in line:
            self.say({"emptied": bool(self.llm.reset_prefix_cache())})
        elif "bare" in line:
            self.say({"bare": self._generate(**line["bare"])})
        else:
            super()._take(line)

    def _generate(self, requests: list[Line], sampling: Line) -> dict[str, float]:
        """Generate all at once with `LLM.generate`; rendering the prompts is not timed."""
        prompts, params = [], []
        for request in requests:
            text = self.tokenizer.apply_chat_template(
                request["messages"], tokenize=False, add_generation_prompt=True
            )
            ids = self.tokenizer.encode(text + request["prefill"], add_special_tokens=False)
            room = self.max_model_len - len(ids)
            prompts.append({"prompt_token_ids": ids})
            arguments = sampling_arguments(sampling, request["seed"], room)
            params.append(self.sampling_params(**arguments))
        began = time.monotonic()
        outputs = self.llm.generate(prompts, params, use_tqdm=False)
        seconds = time.monotonic() - began
        tokens = sum(len(output.outputs[0].token_ids) for output in outputs)
        return {"seconds": seconds, "num_tokens": tokens}


def load(arguments: Line) -> Loaded:
    """Load the weights by vLLM's `LLM`, with our engine arguments, and lend its engine to us."""
    from vllm import LLM, SamplingParams
    from vllm.sampling_params import RequestOutputKind

    MeasuredWorker.llm = LLM(**engine_arguments(arguments))
    params: Any = partial(SamplingParams, output_kind=RequestOutputKind.FINAL_ONLY)
    return Loaded(MeasuredWorker.llm.llm_engine, params, "vLLM's own LLM")


def make_worker(loaded: Loaded, say: Say) -> Worker:
    """Return the worker that is measured."""
    return MeasuredWorker(loaded, say)


if __name__ == "__main__":
    main(load, make_worker)
