import polars as pl
import pytest

from assets.steps.measure import Measuring
from r1data.curation.signals.measure import measure_signals
from r1data.curation.signals.signal import Means
from r1data.curation.signals.tokens import TokenLimits
from r1data.curation.token_counts import MAX_WORD, TokenizerFile, _counter, count_tokens
from tests.curation.test_signals import rollouts

tokenizers = pytest.importorskip("tokenizers")
TEXTS = [
    "<think>\nSo 12 + 34.5 is 46.5, isn't it?\n\n  - yes\n</think>\n\n46.5",
    "so  two   spaces \n and\ttabs ",
    "\\frac{1}{2} 我们 算一下, ça va!!\r\n",
    "",
    " ",
]


def write_tokenizer(folder, *, is_split=True):
    """Write a tokenizer that joins words unless they are split."""
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    if is_split:
        by_bytes = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.pre_tokenizer = by_bytes
    trainer = tokenizers.trainers.BpeTrainer(vocab_size=400, show_progress=False)
    tokenizer.train_from_iterator(["so it is so it is", *TEXTS] * 9, trainer)
    tokenizer.enable_truncation(3)
    folder.mkdir(exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder / "tokenizer.json"


@pytest.mark.parametrize("is_split", [True, False], ids=["by words", "across words"])
def test_tokens_are_as_many_as_the_tokenizer_makes(tmp_path, is_split):
    file = write_tokenizer(tmp_path, is_split=is_split)
    tokenizer = tokenizers.Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    assert count_tokens(TEXTS, file) == [len(tokenizer.encode(text)) for text in TEXTS]


def test_a_word_that_fills_a_page_is_counted_and_not_kept(tmp_path):
    count = _counter(write_tokenizer(tmp_path))
    word = "so" * 500
    assert count(word) == count(f"it {word}") - count("it") > 1
    assert "it" in count._known
    assert max(map(len, count._known)) <= MAX_WORD + 1


def test_reasoning_and_response_are_counted_apart(tmp_path):
    file = write_tokenizer(tmp_path)
    frame = rollouts("<think>so it is</think>so", None)
    signals = measure_signals(frame, means=Means("think", tokenizer=file), wanted=["tokens"])
    counted = signals.select("num_reasoning_tokens", "num_response_tokens").rows()
    assert counted == [tuple(count_tokens(["so it is", "so"], file)), (None, None)]


def test_the_tokens_of_both_parts_have_one_limit():
    frame = pl.DataFrame(
        {"num_reasoning_tokens": [5, 5, None], "num_response_tokens": [5, 6, None]}
    )
    is_long = frame.select(TokenLimits(max_tokens=10).faults()["too_long"]).to_series()
    assert is_long.to_list() == [False, True, None]


def test_without_a_tokenizer_tokens_are_not_counted():
    with pytest.raises(ValueError, match="the signal `tokens` needs a tokenizer"):
        measure_signals(rollouts("a"), means=Means("think"), wanted=["tokens"])


def test_another_file_is_another_version_of_the_signal_alone(tmp_path):
    one, other = (
        Measuring(
            reasoning="think",
            signals=("tokens",),
            tokenizer=TokenizerFile(path=str(write_tokenizer(tmp_path / name, is_split=is_split))),
        ).content()
        for name, is_split in (("one", True), ("other", False))
    )
    assert one["signals"]["tokens"] != other["signals"]["tokens"]
    assert {**one["signals"], "tokens": 0} == {**other["signals"], "tokens": 0}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param("nowhere/at/all", "there is no tokenizer.json", id="no folder"),
        pytest.param("owner/name", "give its commit as `revision`", id="no commit"),
    ],
)
def test_what_is_no_tokenizer_is_refused_in_one_line(path, said):
    with pytest.raises(FileNotFoundError, match=said):
        TokenizerFile(path=path).content()
