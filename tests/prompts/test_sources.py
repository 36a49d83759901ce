import os

import pytest
from pydantic import ValidationError

from r1data.prompts.sources import Generator, Source, source_digest, source_revision

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def generator(**settings):
    return Source(generator=Generator(task="basic_arithmetic", **settings))


def inline(answer):
    return Source(problems=[{"problem": "1 + 1", "gold_answer": answer}])


def hub(**settings):
    return Source(hub={"repository": "a/b", "revision": COMMIT, **settings})


def test_the_digest_of_a_file_follows_its_bytes_and_not_its_name_or_age(tmp_path):
    paths = [tmp_path / name for name in ("a.jsonl", "b.jsonl")]
    for path in paths:
        path.write_text('{"problem": "x"}\n')
    first, second = (source_digest(Source(file=str(path))) for path in paths)
    assert first == second
    os.utime(paths[0], (1, 1))
    assert source_digest(Source(file=str(paths[0]))) == first
    paths[0].write_text('{"problem": "y"}\n')
    assert source_digest(Source(file=str(paths[0]))) != first


def test_the_revision_of_a_file_is_the_beginning_of_its_digest(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("{}\n")
    source = Source(file=str(path))
    assert source_revision(source) == source_digest(source)[:16]


@pytest.mark.parametrize(
    ("source", "other"),
    [
        pytest.param(hub(), hub(config="main"), id="config"),
        pytest.param(hub(), hub(split="test"), id="split"),
        pytest.param(hub(), hub(revision=COMMIT[::-1]), id="revision"),
        pytest.param(generator(size=1), generator(size=1, arguments={"x": 3}), id="arguments"),
        pytest.param(inline("2"), inline("3"), id="inline problems"),
    ],
)
def test_the_digest_follows_what_decides_the_rows(source, other):
    assert source_digest(source) != source_digest(other)


def test_the_digest_of_a_missing_file_is_one_line():
    with pytest.raises(FileNotFoundError, match=r"^no/such\.jsonl does not exist"):
        source_digest(Source(file="no/such.jsonl"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param({}, "give exactly one of", id="no origin"),
        pytest.param({"file": "a", "problems": []}, "give exactly one of", id="two origins"),
        pytest.param(
            {"generator": {"task": "a", "size": 1}, "columns": {"problem": "x"}},
            "`columns` belong to `hub` and `file`",
            id="columns of a generator",
        ),
        pytest.param({"problems": [], "rows": "a"}, "`rows` belongs to `file`", id="rows"),
        pytest.param(
            {"hub": {"repository": "a/b", "revision": "main"}}, "`main` can move", id="a branch"
        ),
    ],
)
def test_settings_that_contradict_each_other_are_refused(settings, message):
    with pytest.raises(ValidationError, match=message):
        Source(**settings)
