import asyncio

import pytest

from r1data.endpoints.streams import BrokenOffError, read_stream


def read(*chunks):
    async def stream():
        for chunk in chunks:
            yield chunk

    return asyncio.run(read_stream(stream()))


def piece(index=0, finish_reason=None, **delta):
    choice = {"index": index, "delta": delta, "finish_reason": finish_reason}
    return {"id": "x", "choices": [choice]}


def test_the_pieces_of_a_stream_are_one_answer():
    answer = read(
        piece(role="assistant", content=""),
        piece(reasoning_content="2 +"),
        piece(reasoning_content=" 3"),
        piece(content="It is"),
        piece(content=" 5"),
        piece(finish_reason="stop"),
        {"id": "x", "choices": [], "usage": {"completion_tokens": 9}},
    )
    assert answer["choices"][0]["message"] == {"reasoning_content": "2 + 3", "content": "It is 5"}
    assert answer["choices"][0]["finish_reason"] == "stop"
    assert answer["usage"] == {"completion_tokens": 9}


def test_the_samples_of_a_stream_come_interleaved():
    answer = read(
        piece(1, content="b"),
        piece(0, content="a"),
        piece(1, content="B"),
        piece(0, "stop"),
        piece(1, "length"),
    )
    shown = [(one["message"]["content"], one["finish_reason"]) for one in answer["choices"]]
    assert shown == [("a", "stop"), ("bB", "length")]


def test_parts_of_a_content_stay_parts():
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "2+3"}]}
    answer = read(piece(content=[thinking]), piece(content="5"), piece(finish_reason="stop"))
    assert answer["choices"][0]["message"]["content"] == [thinking, "5"]


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([], id="nothing"),
        pytest.param([piece(content="The ans")], id="half a text"),
        pytest.param([piece(0, "stop"), piece(1, content="half")], id="one of two samples"),
        pytest.param([{"choices": []}], id="no choice"),
    ],
)
def test_what_breaks_off_counts_for_nothing(chunks):
    with pytest.raises(BrokenOffError):
        read(*chunks)


@pytest.mark.parametrize(
    "chunk",
    [
        [1],
        None,
        {"choices": 1},
        {"choices": {"index": 0}},
        {"choices": [7]},
        {"choices": [{"index": "a"}]},
        {"choices": [{"delta": [1]}]},
    ],
)
def test_a_chunk_of_an_odd_kind_cannot_be_read(chunk):
    with pytest.raises(ValueError, match="a chunk of the answer"):
        read(chunk)
