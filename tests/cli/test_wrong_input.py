import json
import os
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
import yaml

from assets.orchestration.run import main
from performance.scripted_server import Script, ScriptedServer
from r1data.errors import NOTHING_KEPT
from r1data.store.store import Store
from tests.cli.commands import Finished, r1data
from tests.waiting import wait_until

pytestmark = pytest.mark.slow
PROBLEMS = [{"question": f"{number} + 1 =", "answer": str(number + 1)} for number in range(8)]


@pytest.fixture
def recipe(tmp_path):
    """Write a recipe of an endpoint's policy over a file; changes are merged by key."""

    def write(problems=PROBLEMS, columns=None, sampling="sampling", **policy):
        lines = "".join(json.dumps(problem) + "\n" for problem in problems)
        (tmp_path / "problems.jsonl").write_text(lines, encoding="utf-8")
        teacher = {"kind": "endpoint", "endpoint": "http://127.0.0.1:9/v1", "model": "scripted"}
        named = {"problem": "question", "gold_answer": "answer"} | (columns or {})
        source = {"file": str(tmp_path / "problems.jsonl"), "columns": named}
        document = {
            "name": "mine",
            "policies": {"teacher": teacher | {"revision": "1"} | policy},
            "prompts": {"sources": {"mine": source}},
            "reasoning": {"policy": "teacher", sampling: {"group_size": 2}},
            "limits": {"max_failed_share": 0.5},
        }
        path = tmp_path / "mine.yaml"
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return path

    return write


@pytest.fixture
def run(tmp_path):
    def run(path, *arguments, **env):
        where = ["--recipe", str(path), "--data", str(tmp_path / "data"), *arguments]
        return r1data("run", *where, env=os.environ | env)

    return run


@pytest.fixture
def refused(tmp_path, capsys):
    """Runs in this process what `r1data run` becomes, for input that is refused before any work."""

    def refused(path, *arguments):
        where = ["--recipe", str(path), "--data", str(tmp_path / "data"), *arguments]
        status = main(where)
        said = capsys.readouterr()
        return only_line(Finished(status, said.out, said.err))

    return refused


def last_line(finished):
    assert "Traceback" not in finished.errors
    return finished.errors.strip().splitlines()[-1]


def only_line(finished):
    assert finished.status == 2
    assert finished.output == ""
    (line,) = finished.errors.strip().splitlines()
    return line


def test_a_missing_recipe(tmp_path, run):
    assert "none.yaml does not exist; recipes there: none" in only_line(run(tmp_path / "none.yaml"))


def test_a_missing_file(recipe, refused, tmp_path):
    path = recipe()
    (tmp_path / "problems.jsonl").unlink()
    assert "problems.jsonl does not exist" in refused(path)
    assert not list(tmp_path.glob("data/mine/*/"))


def test_a_wrong_column(recipe, refused, tmp_path):
    line = refused(recipe(columns={"gold_answer": "anwser"}))
    assert "unknown column `anwser`" in line
    assert "the nearest is `answer`" in line
    assert not list(tmp_path.glob("data/mine/prompts"))


def test_a_wrong_column_of_rollouts_that_exist(recipe, refused, tmp_path):
    path = recipe()
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    policy = {"kind": "rollouts", "rollouts": str(tmp_path / "problems.jsonl"), "model": "x"}
    document["policies"]["teacher"] = policy | {"problem": "question", "completion": "txt"}
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    assert "has no column txt; it has question, answer" in refused(path)
    assert not list(tmp_path.glob("data/mine/prompts"))


def test_a_comma_in_the_data_folder_is_no_obstacle(recipe, tmp_path):
    finished = r1data("run", "--recipe", str(recipe()), "--data", str(tmp_path / "a,b"))
    assert finished.status == 2
    assert "127.0.0.1:9/v1 cannot be reached" in last_line(finished)


def test_a_file_where_the_folder_of_logs_belongs(recipe, run, tmp_path):
    (tmp_path / "data" / "mine").mkdir(parents=True)
    (tmp_path / "data" / "mine" / "logs").touch()
    finished = run(recipe())
    assert finished.status == 2
    assert "a file stands where a folder belongs; move it away" in last_line(finished)


def test_an_unknown_recipe_key(recipe, refused):
    said = "unknown key `reasoning.samplng`; did you mean `sampling`?"
    assert said in refused(recipe(sampling="samplng"))


def test_an_unknown_table(recipe, refused):
    assert "the recipe makes no table or round sft;" in refused(recipe(), "--select", "sft")


def test_a_data_folder_made_by_a_newer_version(recipe, refused, tmp_path):
    store = tmp_path / "data" / "mine" / "store.json"
    store.parent.mkdir(parents=True)
    store.write_text('{"format": 99}', encoding="utf-8")
    path = recipe()
    said = "was made by a newer r1data (format 99, this one knows 1); update r1data"
    assert said in refused(path)
    asked = ["--recipe", str(path), "--data", str(tmp_path / "data")]
    assert said in only_line(r1data("sql", "select 1", *asked))
    assert json.loads(store.read_text(encoding="utf-8")) == {"format": 99}


def test_an_unreachable_endpoint_keeps_what_is_finished(recipe, run, tmp_path):
    finished = run(recipe())
    line = last_line(finished)
    assert finished.status == 2
    assert line.startswith("reasoning/rollouts: policy teacher: http://127.0.0.1:9/v1 cannot be")
    assert line.endswith("start the server or correct `endpoint`, then run again")
    assert Store(tmp_path / "data" / "mine").table("prompts/filtered_prompts").num_rows == 8


def test_a_wrong_api_key_and_then_the_right_one(recipe, run, tmp_path):
    with ScriptedServer(Script(api_key="sesame")) as server:
        path = recipe(endpoint=server.url, api_key_env="KEY_OF_TEST")
        missing, wrong = run(path), run(path, KEY_OF_TEST="tahini")
        assert missing.status == wrong.status == 2
        assert "the environment variable KEY_OF_TEST" in last_line(missing)
        assert last_line(wrong).startswith("reasoning/rollouts: policy teacher: ")
        assert "set KEY_OF_TEST to one that is valid, then run again" in last_line(wrong)
        assert "tahini" not in wrong.errors
        right = run(path, KEY_OF_TEST="sesame")
    assert right.status == NOTHING_KEPT, right.errors
    assert Store(tmp_path / "data" / "mine").table("reasoning/rollouts").num_rows == 16


def test_a_prompt_longer_than_the_context_is_a_row_and_the_others_go_on(recipe, run, tmp_path):
    long = {"question": "long " * 100, "answer": "1"}
    with ScriptedServer(Script(context_chars=200)) as server:
        finished = run(recipe([*PROBLEMS, long], endpoint=server.url))
    assert finished.status == NOTHING_KEPT, finished.errors
    rollouts = Store(tmp_path / "data" / "mine").table("reasoning/rollouts").read()
    assert rollouts["error_class"].value_counts().sort("count").rows() == [
        ("prompt_too_long", 2),
        (None, 16),
    ]


def test_more_failed_rows_than_the_recipe_allows_stop_each_run_until_it_allows_more(
    recipe, run, tmp_path
):
    long = {"question": "long " * 100, "answer": "1"}
    with ScriptedServer(Script(context_chars=200)) as server:
        path = recipe([*PROBLEMS, long], endpoint=server.url)
        allowed = path.read_text(encoding="utf-8")
        path.write_text(allowed.replace("0.5", "0.05"), encoding="utf-8")
        first, second = run(path), run(path)
        path.write_text(allowed, encoding="utf-8")
        third = run(path)
    assert (first.status, second.status, third.status) == (1, 1, NOTHING_KEPT), third.errors
    assert last_line(first) == last_line(second)
    assert last_line(first).startswith("reasoning/verdicts fails its check few_failed: share 0.11")
    assert Store(tmp_path / "data" / "mine").table("reasoning/selections").num_rows == 18


def test_two_runs_at_once_on_one_data_folder(recipe, run, refused, tmp_path):
    held = Event()
    with ScriptedServer(Script(held=held)) as server, ThreadPoolExecutor(1) as pool:
        path = recipe(endpoint=server.url, concurrency=2)
        first = pool.submit(run, path)
        try:
            assert wait_until(lambda: server.asked or first.done())
            line = refused(path)
            asked = ["--recipe", str(path), "--data", str(tmp_path / "data")]
            status = r1data("status", *asked).output
            assert not first.done()
        finally:
            held.set()
        assert first.result().status == NOTHING_KEPT, first.result().errors
        asked = [(asked.prompt, asked.seed) for asked in server.asked]
    assert "is being made by another run (process " in line
    assert "reasoning/rollouts: being made by process " in status
    assert "reasoning/verdicts: process " in status
    assert len(asked) == len(set(asked)) == 16
