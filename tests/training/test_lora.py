"""From an adapter that was trained to completions that vLLM samples of it."""

import pytest

from r1data.engines.vllm import Vllm
from r1data.policies.settings import VllmEngine
from r1data.protocol import Request, Sampling
from tests.training.test_sft import train, write_mixture
from tests.training.tiny import tiny_model

pytestmark = [pytest.mark.slow, pytest.mark.model, pytest.mark.filterwarnings("default")]
LORA = {
    "use_peft": "true",
    "lora_target_modules": "all-linear",
    "learning_rate": 0.02,
    "max_steps": 8,
}
ASKED = [{"role": "user", "content": "Say 7"}]


def written_by_transformers(base, adapter=None):
    """What the base writes, with the adapter beside it, not merged; the likeliest tokens."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    network = AutoModelForCausalLM.from_pretrained(base)
    network = PeftModel.from_pretrained(network, adapter) if adapter else network
    tokenizer = AutoTokenizer.from_pretrained(base)
    asked = tokenizer.apply_chat_template(
        ASKED, add_generation_prompt=True, return_dict=True, return_tensors="pt"
    )
    ids = network.generate(**asked, max_new_tokens=16, do_sample=False)
    return tokenizer.decode(ids[0, asked["input_ids"].shape[1] :], skip_special_tokens=True)


def written_by_vllm(weights, folder):
    engine = Vllm(
        weights,
        VllmEngine(
            concurrency=2,
            arguments={"enforce_eager": True, "dtype": "float32"},
            environment={"VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_ENABLE_V1_MULTIPROCESSING": "0"},
        ),
        log_file=folder / "vllm.log",
        max_model_len=128,
    )
    request = Request(
        rollout_id="0",
        prompt_id="0",
        sample_index=0,
        messages=tuple(ASKED),
        prefill="",
        seed=1,
    )
    sampling = Sampling(temperature=0.0, top_p=1.0, max_tokens=16)
    try:
        (reply,) = engine.complete([request], sampling)
    finally:
        engine.close()
    return reply.completion


def test_vllm_samples_of_merged_weights_what_the_adapter_learnt(tmp_path):
    pytest.importorskip("vllm")
    base, weights = tiny_model(tmp_path / "base", width=128), tmp_path / "trained"
    rows = write_mixture(tmp_path / "rows", 12, completion="<think>it is</think>it is")
    lines, status = train(base, rows, weights, **LORA)
    assert status == 0, lines
    learnt = written_by_transformers(base, weights / "adapter")
    assert learnt != written_by_transformers(base)
    assert written_by_vllm(weights, tmp_path) == learnt
