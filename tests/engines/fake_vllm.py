"""What `vllm_worker` runs, on an engine that is no engine: for tests of all that surrounds vLLM."""

import os
import subprocess
import sys
import time
from types import SimpleNamespace

from r1data.engines.vllm_worker import Loaded, main


class FakeTokenizer:
    chat_template = "role: content"

    def apply_chat_template(self, messages, *, tokenize, add_generation_prompt, **kwargs):
        turns = [f"{name}={value}\n" for name, value in kwargs.items()]
        turns += [f"{message['role']}: {message['content']}\n" for message in messages]
        return "".join([*turns, "assistant: "])

    def encode(self, text, *, add_special_tokens):
        return list(text.encode())


class FakeLlm:
    def __init__(self, arguments):
        self.model_config = SimpleNamespace(max_model_len=arguments.get("max_model_len", 100))
        self.asked = {}

    def get_tokenizer(self):
        return FakeTokenizer()

    def add_request(self, request_id, prompt, params):
        if params["temperature"] > 1:
            raise ValueError("too hot")
        self.asked[request_id] = (bytes(prompt["prompt_token_ids"]).decode(), params)

    def abort_request(self, request_ids):
        for request_id in request_ids:
            self.asked.pop(request_id)

    def step(self):
        time.sleep(0.01)
        request_id, (prompt, params) = self.asked.popitem()
        if "crash" in prompt:
            sys.stderr.write("Traceback\n  boom: out of memory\n\n")
            sys.stderr.flush()
            os._exit(9)
        sys.stdout.write("libraries print what they like\n")
        text = f"{params['seed']} of at most {params['max_tokens']}"
        completion = SimpleNamespace(text=text, finish_reason="stop", token_ids=[1, 2, 3])
        yield SimpleNamespace(request_id=request_id, finished=True, outputs=[completion])


def load(arguments):
    if arguments["model"] == "broken":
        raise ValueError("no config.json\nin the folder")
    if arguments["model"] == "slow":
        time.sleep(60)
    child = subprocess.Popen(["sleep", "300"])
    sys.stderr.write(f"pids {os.getpid()} {child.pid}\nplaces {arguments['max_num_seqs']}\n")
    sys.stderr.flush()
    waits = os.environ["OMP_WAIT_POLICY"]
    return Loaded(FakeLlm(arguments), dict, "fake 1.0, float32", f"the fake runs, {waits}")


if __name__ == "__main__":
    main(load)
