"""A training process: what all entry points share, from its settings to the weights it leaves.

Standard output carries JSON lines for whoever started it: `{"step": 3, "total": 30, "loss": 0.41,
"eta_seconds": 120.5, "metrics": {...}}` while it trains, `{"warning": ...}`, `{"error": ...}`
before exit status 2, `{"stopped": ...}` before 3, and at last the metrics with `{"done": FOLDER}`.
All else goes to standard error.

The weights, the tokenizer, `log.jsonl` (what was logged, a line a time) and `metrics.json` appear
in the output folder together, once training is done: `training.publishing`. Of several processes
the first alone speaks.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TextIO

from accelerate.utils import get_cpu_distributed_information
from datasets import Dataset, load_dataset
from pyarrow import parquet
from transformers import (
    AutoTokenizer,
    PreTrainedTokenizerBase,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from trl import ModelConfig, TrlParser
from yaml import YAMLError

from r1data.processes import end_with_parent, own_standard_output
from training.deadline import StoppedError

LOG, METRICS = "log.jsonl", "metrics.json"
REFUSED, STOPPED = 2, 3
"""The exit statuses of a training that is refused, and of one that has used up its time."""


@dataclass
class TrainingSet:
    """What to train on."""

    train_file: str = field(metadata={"help": "A Parquet file of rows, or a folder of such files."})
    check_only: bool = field(
        default=False, metadata={"help": "Read the settings, refuse what is wrong, and end."}
    )
    max_seconds: float | None = field(
        default=None,
        metadata={"help": "What training may take, all its runs together; it stops and is kept."},
    )
    min_rows: int = field(default=1, metadata={"help": "Fewer rows than this are not trained on."})
    max_cut_share: float = field(
        default=0.1,
        metadata={"help": "The share of rows that may be too long; more are not trained on."},
    )

    def check_size(self, num_rows: int, num_cut: int, limit: str) -> None:
        """Refuse a set that has shrunk: too few rows, or too many of them too long.

        Args:
            num_rows: Rows, those that are too long among them.
            num_cut: Rows that are too long.
            limit: What they are longer than, with its value.
        """
        if num_rows < self.min_rows:
            raise ValueError(
                f"{num_rows} rows to train on, and `min_rows` is {self.min_rows}; see why so few "
                "are left, or lower it"
            )
        if num_cut > self.max_cut_share * num_rows:
            raise ValueError(
                f"{num_cut} of {num_rows} rows are longer than {limit}, and `max_cut_share` is "
                f"{self.max_cut_share:g}; raise the limit, take shorter rows, or raise the share"
            )


def run_entry_point(kinds: Sequence[type], train: Callable[..., None]) -> None:
    """Read the command line and its configuration, train as they say, and end the process.

    Args:
        kinds: Dataclasses that hold the settings, as TrlParser reads them; the first is a
            `TrainingSet` or extends it.
        train: Takes one of each, and where to report.
    """
    report = _report()
    end_with_parent()
    sys.exit(run(kinds, train, report, sys.argv[1:]))


def run(
    kinds: Sequence[type], train: Callable[..., None], report: TextIO, arguments: Sequence[str]
) -> int:
    """Train as arguments say; return the exit status, and say what it comes from."""
    try:
        training_set, *others = _Parser(tuple(kinds)).parse_args_and_config(list(arguments))
        if not training_set.check_only:
            train(training_set, *others, report)
    except StoppedError as stop:
        say(report, stopped=str(stop))
        return STOPPED
    except (ValueError, FileNotFoundError, ImportError, YAMLError) as error:
        say(report, error=" ".join(str(error).split()))
        return REFUSED
    return 0


def _report() -> TextIO:
    """Return where this process reports: standard output, if it is the first of a training."""
    own = own_standard_output()
    return sys.stderr if get_cpu_distributed_information().rank else own


class _Parser(TrlParser):  # type: ignore[misc]  # TRL is not typed here
    """Raises what `argparse` would print."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


class Reporter(TrainerCallback):  # type: ignore[misc]  # transformers is not typed here
    """Says how far training is, and keeps what is logged."""

    def __init__(self, report: TextIO) -> None:
        self.report = report
        self.started = time.monotonic()
        self.first_step = 0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object
    ) -> None:
        """Start the clock at the step that training begins from."""
        self.started, self.first_step = time.monotonic(), state.global_step

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: object,
    ) -> None:
        """Write what the trainer logs of a step, and tell it."""
        if not (state.is_world_process_zero and logs and "loss" in logs):
            return
        step, total = state.global_step, state.max_steps
        seconds_a_step = (time.monotonic() - self.started) / max(1, step - self.first_step)
        numbers = {name: float(value) for name, value in logs.items() if _is_number(value)}
        with (Path(args.output_dir) / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps({"step": step, **numbers}) + "\n")
        say(
            self.report,
            step=step,
            total=total,
            loss=float(logs["loss"]),
            eta_seconds=round(seconds_a_step * (total - step), 1),
            metrics=numbers,
        )


def without_vllm() -> None:
    """Keep TRL from importing vLLM for a training that samples without it.

    TRL imports it wherever it is installed, which takes seconds and a warning of its version.
    """
    sys.modules.setdefault("vllm", None)  # type: ignore[arg-type]  # such a module is not found


def unfinished_folder(settings: TrainingArguments) -> tuple[Path, Path]:
    """Return where the weights will be, and the folder beside it that training works in.

    `settings.output_dir` is set to the latter.
    """
    output = Path(settings.output_dir)
    if output.exists():
        raise ValueError(f"{output} exists already; remove it or name another --output_dir")
    partial = output.with_name(f"{output.name}.partial")
    settings.output_dir = str(partial)
    return output, partial


def load_as(settings: TrainingArguments, model: ModelConfig) -> None:
    """Have the trainer load the model in the number format and with the attention that are set."""
    if model.load_in_4bit or model.load_in_8bit:
        raise ValueError(
            "load_in_4bit, load_in_8bit: weights are trained as they are; leave it out"
        )
    plugin = settings.deepspeed_plugin
    if model.use_peft and plugin is not None and plugin.zero_stage == 3:
        raise ValueError(
            "use_peft with ZeRO-3: an adapter cannot be merged into weights that are spread; take "
            "training/configs/zero2.yaml, or one process"
        )
    settings.model_init_kwargs = {
        **(settings.model_init_kwargs or {}),
        "dtype": model.dtype,
        "attn_implementation": model.attn_implementation,
    }


def load_tokenizer(
    model: ModelConfig, chat_template_path: str | None = None, eos_token: str | None = None
) -> PreTrainedTokenizerBase:
    """Return the model's tokenizer, with another chat template or end token where one is set."""
    tokenizer = AutoTokenizer.from_pretrained(
        model.model_name_or_path, revision=model.model_revision
    )
    if chat_template_path:
        tokenizer.chat_template = Path(chat_template_path).read_text(encoding="utf-8")
    if not tokenizer.chat_template:
        raise ValueError(
            f"{model.model_name_or_path} has no chat template; set chat_template_path in the "
            "training configuration"
        )
    if eos_token in tokenizer.get_vocab():
        tokenizer.eos_token = eos_token
    return tokenizer


def end_tokens(tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Return the tokens that sampling stops at: the tokenizer's, and those of its model."""
    path = Path(tokenizer.name_or_path) / "generation_config.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    named = found.get("eos_token_id")
    others = named if isinstance(named, list) else [named]
    return frozenset(token for token in (tokenizer.eos_token_id, *others) if token is not None)


def load_rows(train_file: str) -> Dataset:
    """Return the rows of a table, in order; one without rows is refused."""
    path = Path(train_file)
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files or not files[0].exists():
        raise FileNotFoundError(f"no Parquet files at {path}; make the training set first")
    if not sum(parquet.read_metadata(file).num_rows for file in files):
        raise ValueError(f"no rows in {path}: nothing was kept to train on")
    return load_dataset("parquet", data_files=[str(file) for file in files], split="train")


def say(report: TextIO, **facts: object) -> None:
    """Tell whoever started the process."""
    report.write(json.dumps(facts) + "\n")
    report.flush()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
