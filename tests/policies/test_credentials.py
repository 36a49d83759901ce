import json
import os
import subprocess
import sys

import pytest
import yaml

from assets.recipe.load import load_recipe
from performance.dead_runs import recipe
from performance.scripted_server import Script, ScriptedServer
from r1data.errors import NOTHING_KEPT
from r1data.policies.settings import EndpointPolicy

HUSH = "hush-do-not-publish-me"
KEY = "sk-0123456789abcdef0123"


def written(tmp_path, **teacher):
    document = recipe("http://127.0.0.1:9/v1")
    document["policies"]["teacher"] |= teacher
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "settings",
    [
        *(
            pytest.param({"extra_body": {name: HUSH}}, id=name)
            for name in (
                *("api_key", "apiKey", "API-KEY", "x-api-key", "key", "Authorization"),
                *("token", "hf_token", "access_token", "accessToken", "client_secret"),
                *("password", "passwd", "credentials", "bearer", "cookie", "private_key"),
                *("session_id", "subscription-key", "auth", "signature", "secret"),
            )
        ),
        pytest.param({"extra_body": {"headers": {"Authorization": HUSH}}}, id="nested"),
        pytest.param({"extra_body": {"all": [{"x": {"token": HUSH}}]}}, id="deep in a list"),
        pytest.param({"extra_body": {"secrets": {"a": HUSH}}}, id="an object of secrets"),
        pytest.param({"extra_body": {"user": KEY}}, id="by its form"),
        pytest.param({"extra_body": {"header": f"Bearer {HUSH}"}}, id="a bearer by its form"),
        pytest.param({"endpoint": f"http://me:{HUSH}@127.0.0.1:9/v1"}, id="password in the URL"),
        pytest.param({"endpoint": f"http://127.0.0.1:9/v1?api_key={HUSH}"}, id="key in the URL"),
    ],
)
def test_what_looks_like_a_secret_is_refused_with_its_remedy_and_not_repeated(tmp_path, settings):
    with pytest.raises(ValueError, match="api_key_env") as error:
        load_recipe(written(tmp_path, **settings))
    (line,) = str(error.value).splitlines()
    assert HUSH not in line
    assert KEY not in line


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"extra_body": {"min_p": 0.1, "max_tokens": 5}}, id="numbers"),
        pytest.param({"extra_body": {"eos_token": "</s>", "stop_token": "<x>"}}, id="tokens"),
        pytest.param({"extra_body": {"stop_token_ids": [1], "add_special_tokens": True}}, id="ids"),
        pytest.param({"extra_body": {"chat_template_kwargs": {"thinking": True}}}, id="template"),
        pytest.param({"extra_body": {"response_format": {"type": "json_object"}}}, id="format"),
        pytest.param({"extra_body": {"logit_bias": {"50256": -100}}}, id="bias"),
        pytest.param({"extra_body": {"tokenizer": "x", "keywords": ["a"]}}, id="near words"),
        pytest.param({"endpoint": "http://127.0.0.1:9/v1?api-version=2024-10-21"}, id="version"),
    ],
)
def test_plain_options_are_taken(tmp_path, settings):
    load_recipe(written(tmp_path, **settings))


def test_vllm_arguments_that_hold_a_secret_are_refused(tmp_path):
    weights = {"kind": "weights", "weights": "x", "engine": {"arguments": {"hf_token": HUSH}}}
    document = recipe("http://127.0.0.1:9/v1")
    document["policies"]["base"] = weights
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(ValueError, match=r"put it into `engine\.environment`"):
        load_recipe(path)


def test_what_is_written_of_a_policy_tells_other_texts_apart_and_shows_none():
    def shown(text):
        extra = {"user": text, "min_p": 0.5, "inner": [{"x": text}]}
        policy = EndpointPolicy(endpoint="http://x/v1", model="m", revision="1", extra_body=extra)
        return json.dumps(policy.content())

    assert shown("a-text") != shown("another")
    assert "a-text" not in shown("a-text")
    assert '"min_p": 0.5' in shown("a-text")
    assert "endpoint" not in json.loads(shown("a-text"))


@pytest.mark.slow
def test_no_file_of_a_run_or_an_export_holds_what_might_be_a_secret(tmp_path):
    with ScriptedServer(Script(api_key=KEY)) as server:
        document = recipe(server.url)
        document["policies"]["teacher"] |= {"api_key_env": "TEACHER_KEY", "extra_body": {"u": HUSH}}
        document["sft"] = {}
        path = tmp_path / "recipe.yaml"
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        command = [sys.executable, "-m", "assets.orchestration.run", "--recipe", path]
        command += ["--data", tmp_path / "data"]
        environment = os.environ | {"TEACHER_KEY": KEY}
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == NOTHING_KEPT, run.stderr
    assert server.asked[0].body["u"] == HUSH
    files = [file for file in (tmp_path / "data").rglob("*") if file.is_file()]
    assert files
    leaks = [f for f in files if HUSH.encode() in (held := f.read_bytes()) or KEY.encode() in held]
    assert not leaks
    assert HUSH not in yaml.safe_dump(load_recipe(path).model_dump(mode="json"))
