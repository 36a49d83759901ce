import json

import pytest

from r1data.answers.code.nodes import NotPlain, base_node
from r1data.answers.code.values import Decoder, Encoder

REFUSALS = (NotPlain, TypeError, ValueError, IndexError, KeyError, RecursionError)


def _refuse(*_):
    raise TypeError("no plain data")


def _as_base(encoder, value):
    return base_node(encoder, value) or _refuse()


def _crossed(value):
    encoder = Encoder(_as_base)
    reference = encoder.write(value)
    message = json.loads(json.dumps([reference, encoder.nodes]))
    return Decoder(message[1], _refuse).read(message[0])


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 0, -1.5, "\ud800 é", 1 << 40_000, 2j, b"\0", bytearray(b"x"), range(3, 9, 2)),
        *([], (), {}, set(), frozenset(), [[1], (2, {3: [4]})], {(1, (2,)): {5, 6}}, int, len),
    ],
    ids=lambda value: str(type(value).__name__),
)
def test_a_value_crosses_as_it_is(value):
    crossed = _crossed(value)
    assert crossed == value
    assert type(crossed) is type(value)


def test_what_is_shared_stays_shared():
    part = [1]
    first, second, third = _crossed([part, part, [1]])
    assert first is second
    assert first is not third


def test_a_cycle_stays_a_cycle():
    value = {}
    value["self"] = [value]
    crossed = _crossed(value)
    assert crossed["self"][0] is crossed


def test_a_chain_of_lists_may_be_as_long_as_it_likes():
    value = []
    for _ in range(100_000):
        value = [value]
    encoder = Encoder(_refuse)
    reference = encoder.write(value)
    crossed = Decoder(encoder.nodes, _refuse).read(reference)
    depth = 0
    while crossed:
        crossed, depth = crossed[0], depth + 1
    assert depth == 100_000


def test_subclasses_cross_as_what_they_are_underneath():
    class Lying(list):
        def __eq__(self, other):
            return True

        def __iter__(self):
            return iter([9])

        __hash__ = None

    crossed = _crossed([Lying([1])])
    assert crossed == [[1]]
    assert type(crossed[0]) is list


def test_known_objects_take_on_what_their_nodes_say():
    ours = [3, 1]
    Decoder([["l", 1, 3]], _refuse, [ours]).read(None)
    assert ours == [1, 3]


@pytest.mark.parametrize(
    "node",
    [
        pytest.param(["k", "os.system", "true"], id="a function"),
        pytest.param(["k", "subprocess.Popen", "true"], id="a class"),
        pytest.param(["T", "exec"], id="an unsafe builtin"),
        pytest.param(["T", "__import__"], id="import"),
        pytest.param(["l", [7]], id="a reference to nothing"),
        pytest.param(["l", {}], id="an object of JSON's"),
        pytest.param(["s", [0]], id="a set in itself"),
        pytest.param(["t", [0]], id="a tuple in itself"),
        pytest.param(["d", "dict", [0], 1], id="a dictionary as its own key"),
        pytest.param(["d", "dict", 1], id="a key without a value"),
        pytest.param(["i", "many"], id="no number"),
        pytest.param([], id="nothing"),
        pytest.param(7, id="no node"),
        pytest.param(["unknown"], id="an unknown tag"),
    ],
)
def test_forged_nodes_are_refused(node):
    with pytest.raises(REFUSALS):
        Decoder([node], _refuse).read([0])
