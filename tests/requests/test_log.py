import json

import polars as pl
import pytest

from r1data.policies.settings import EndpointPolicy, PolicyVersion, RolloutsPolicy
from r1data.policies.templates import Template
from r1data.protocol import ErrorClass, Message, Reply, Request, Sampling
from r1data.requests.log import RequestLog
from r1data.store.locks import TableBusyError
from r1data.tables import Rollouts

ENDPOINT = EndpointPolicy(endpoint="http://here/v1", model="m", revision="1")


def policy(settings=ENDPOINT, revision="org/m@1", **changes):
    return PolicyVersion("teacher", settings.model_copy(update=changes), revision)


def request(log, sample_index=0):
    messages = (Message(role="user", content="1 + 1"),)
    return Request(log.rollout_id("p", sample_index), "p", sample_index, messages, "", seed=5)


def reply(asked, completion="2", **changes):
    return Reply(asked.rollout_id, completion=completion, finish_reason="stop", **changes)


def test_a_reply_comes_back_as_a_row_of_the_table(tmp_path):
    with RequestLog(tmp_path, policy(), Sampling()) as log:
        asked = request(log)
        offset = log.append(asked, reply(asked, num_completion_tokens=3, seconds=1.23456))
        rows = Rollouts.validate(log.rollouts([offset]))
    row = rows.row(0, named=True)
    assert row["rollout_id"] == asked.rollout_id
    assert (row["completion"], row["num_completion_tokens"], row["seconds"]) == ("2", 3, 1.235)
    assert (row["policy"], row["policy_revision"]) == ("teacher", "org/m@1")


def test_the_id_comes_first_and_long_texts_come_last(tmp_path):
    with RequestLog(tmp_path, policy(), Sampling()) as log:
        log.append(request(log), reply(request(log)))
        columns = list(json.loads(log.path.read_text()))
    assert columns[0] == "rollout_id"
    assert columns[-3:] == ["error", "raw", "completion"]
    assert set(columns) > {"seed", "finished_at", "error_class", "finish_reason"}


def test_the_last_reply_of_a_rollout_counts(tmp_path):
    with RequestLog(tmp_path, policy(), Sampling()) as log:
        asked, other = request(log, 0), request(log, 1)
        log.append(asked, Reply(asked.rollout_id, error_class=ErrorClass.TIMED_OUT))
        log.append(other, Reply(other.rollout_id, error_class=ErrorClass.REFUSED))
        last = log.append(asked, reply(asked))
        ids = pl.Series([asked.rollout_id, "never asked", other.rollout_id])
        found = log.index().find(ids)
    assert found["rollout_id"].to_list() == ids.to_list()
    assert found["error_class"].to_list() == [None, None, "refused"]
    assert found["offset"].to_list()[:2] == [last, None]


def test_an_empty_log_has_nothing(tmp_path):
    found = RequestLog(tmp_path, policy(), Sampling()).index().find(pl.Series(["a", "b"]))
    assert found["offset"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        pytest.param({"concurrency": 3, "timeout_seconds": 1}, True, id="speed"),
        pytest.param({"endpoint": "http://there/v1"}, True, id="place"),
        pytest.param({"extra_body": {"min_p": 0.1}}, False, id="options of the endpoint"),
        pytest.param({"api": "completions"}, False, id="api"),
        pytest.param({"template": Template(instruction="Box it.")}, False, id="template"),
    ],
)
def test_what_changes_the_completion_changes_the_id(tmp_path, changes, is_same):
    ids = [
        RequestLog(tmp_path, policy(**fields), Sampling()).rollout_id("p", 0)
        for fields in ({}, changes)
    ]
    assert (ids[0] == ids[1]) is is_same


def test_neither_group_size_nor_name_changes_the_id_but_temperature_does(tmp_path):
    def id_at(**sampling):
        return RequestLog(tmp_path, policy(), Sampling(**sampling)).rollout_id("p", 0)

    assert id_at(group_size=4) == id_at(group_size=64) != id_at(temperature=1.0)


def test_reading_another_column_of_a_file_means_other_rollouts(tmp_path):
    settings = RolloutsPolicy(rollouts="f", model="m")
    logs = [
        RequestLog(tmp_path, policy(settings, completion=column), Sampling())
        for column in ("a", "b")
    ]
    assert logs[0].path != logs[1].path


def test_the_id_of_a_rollout_never_changes(tmp_path):
    log = RequestLog(tmp_path, policy(), Sampling())
    assert log.rollout_id("p", 0) == "3daeef86ac5de9e76d8d639ba77a8fc9"


def test_a_revision_with_slashes_is_one_folder(tmp_path):
    with RequestLog(tmp_path, policy(revision="../org/m@1"), Sampling()) as log:
        assert log.path.parent.parent == tmp_path / "requests"


def test_a_second_run_cannot_write_the_same_log(tmp_path):
    with RequestLog(tmp_path, policy(), Sampling()):
        with pytest.raises(TableBusyError), RequestLog(tmp_path, policy(), Sampling(group_size=9)):
            pass
        with RequestLog(tmp_path, policy(), Sampling(temperature=1.0)):
            pass


def test_the_prompt_is_rendered_into_the_log_once(tmp_path):
    for _ in range(2):
        with RequestLog(tmp_path, policy(), Sampling()) as log:
            for index in range(3):
                asked = request(log, index)
                log.append(asked, reply(asked, rendered_prompt="<user>1 + 1"))
    (file,) = (tmp_path / "rendered_prompts").rglob("*.jsonl")
    assert [json.loads(line) for line in file.read_text().splitlines()] == [
        {"prompt_id": "p", "rendered_prompt": "<user>1 + 1"}
    ]


@pytest.mark.parametrize(
    ("template", "prefill"),
    [
        pytest.param({}, "", id="nothing"),
        pytest.param({"reasoning": "prefilled"}, "<think>\n", id="the chat template's tag"),
        pytest.param({"prefill": "<think>First,"}, "<think>First,", id="the policy's own"),
    ],
)
def test_a_row_carries_all_that_the_prompt_began_its_completion_with(tmp_path, template, prefill):
    settings = ENDPOINT.model_copy(update={"template": Template(**template)})
    with RequestLog(tmp_path, policy(settings), Sampling()) as log:
        offset = log.append(request(log), reply(request(log)))
        assert log.rollouts([offset])["prefill"].to_list() == [prefill]
