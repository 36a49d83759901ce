import json

import pytest

from assets.orchestration.run import main
from performance.scripted_server import Script, ScriptedServer
from r1data.cli.data import print_status
from r1data.cli.plan import print_plan
from r1data.errors import NOTHING_KEPT
from r1data.store.query import query

PRICE = {"input": 1.0, "output": 1_000.0}
PAID = "select round(sum(cost), 6) as paid from logs.requests where recipe = 'mine'"


@pytest.fixture
def server():
    with ScriptedServer(Script()) as server:
        yield server


@pytest.fixture
def run(tmp_path, server, capsys):
    """Runs a recipe with some caps in this process; returns its status and what it said."""

    def run(**caps):
        write(tmp_path, server, caps)
        where = ["--recipe", str(tmp_path / "mine.yaml"), "--data", str(tmp_path / "data")]
        status = main([*where, "--select", "reasoning/rollouts"])
        return status, capsys.readouterr().err

    return run


def write(folder, server, caps, price=PRICE):
    problems = [{"problem": f"What is {n} + {n}?", "gold_answer": f"{2 * n}"} for n in range(20)]
    endpoint = {"endpoint": server.url, "model": "scripted", "revision": "1", "concurrency": 4}
    recipe = {
        "name": "mine",
        "caps": caps,
        "policies": {"teacher": {"kind": "endpoint", **endpoint, "price": price}},
        "prompts": {"sources": {"sums": {"problems": problems}}},
        "reasoning": {"policy": "teacher", "sampling": {"group_size": 2, "max_tokens": 300}},
    }
    (folder / "mine.yaml").write_text(json.dumps(recipe), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("caps", "raised"),
    [
        pytest.param({"requests": 10}, {"requests": 1_000}, id="requests"),
        pytest.param({"tokens": 1_000}, {"tokens": 1_000_000}, id="tokens"),
        pytest.param({"money": 0.9}, {"money": 1_000}, id="money"),
        pytest.param({"hours": 1e-9}, {"hours": 1_000}, id="hours"),
    ],
)
def test_a_run_stops_at_a_cap_with_a_status_of_its_own_and_goes_on_when_it_is_raised(
    run, server, caps, raised
):
    (name,) = caps
    status, said = run(**caps)
    num_asked = len(server.asked)
    assert status == 3, said
    assert f"`caps.{name}` is" in said
    assert 0 < num_asked < 40
    assert run(**caps)[0] == 3
    assert len(server.asked) == num_asked
    status, said = run(**raised)
    assert status == 0, said
    assert "asked of models in all runs: 40 requests" in said
    assert len(server.asked) == 40


@pytest.mark.slow
def test_money_is_planned_paid_and_told_and_no_table_depends_on_it(run, server, tmp_path, capsys):
    write(tmp_path, server, {"money": 100})
    where = tmp_path / "mine.yaml", tmp_path / "data"
    print_plan(*where)
    said = capsys.readouterr().out
    assert "money still to be paid: ≤ 12.00" in said
    assert "cap of money: 0 of 100 used up" in said
    status, told = run(money=100)
    assert status == 0, told
    paid = query(tmp_path / "data" / "mine", PAID).item()
    tokens = sum(reply_tokens(asked) for asked in server.asked)
    assert paid == pytest.approx(tokens, rel=1e-3)
    assert f"{paid:,.2f} in money" in told
    print_plan(*where)
    assert f"money paid so far: {paid:,.2f}" in capsys.readouterr().out
    print_status(*where)
    assert f"cap of money: {paid:,.6g} of 100 used up" in capsys.readouterr().out
    write(tmp_path, server, {}, price={"input": 9, "output": 9})
    assert main(["--recipe", str(where[0]), "--data", str(where[1])]) == NOTHING_KEPT
    assert len(server.asked) == 40


def reply_tokens(asked):
    """Return what the scripted server's completion of a request costs."""
    from r1data.seeds import content_id

    completed = 10 + int(content_id(asked.prompt, asked.seed)[6:8], 16)
    return (PRICE["output"] * completed + PRICE["input"] * len(asked.prompt.split())) / 1e6
