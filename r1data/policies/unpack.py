"""Unpacking a GGUF file into safetensors and a tokenizer, in a process of its own.

    python -m r1data.policies.unpack FILE.gguf FOLDER

The folder appears whole, under its name, once everything in it is on the disk.
"""

import shutil
import sys
from pathlib import Path

from r1data.store.files import sync


def unpack(gguf: Path, folder: Path) -> None:
    """Write a GGUF file's weights, dequantised to float32, and its tokenizer into a folder."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    model = AutoModelForCausalLM.from_pretrained(
        gguf.parent,
        gguf_file=gguf.name,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.float32,
    )
    model.save_pretrained(partial)
    AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name).save_pretrained(partial)
    for path in [*partial.iterdir(), partial]:
        sync(path)
    partial.rename(folder)
    sync(folder.parent)


if __name__ == "__main__":
    unpack(Path(sys.argv[1]), Path(sys.argv[2]))
