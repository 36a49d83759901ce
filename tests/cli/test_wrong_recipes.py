"""Every command, given every kind of recipe that cannot be used."""

import socket
from functools import partial

import pytest

from assets.orchestration import run, ui
from r1data.cli.main import main
from tests.fakes import fake_weights

RECIPE = """\
name: small
policies:
  rule: {kind: worked_examples, worked_examples: arithmetic}
  base: {kind: weights, weights: WEIGHTS}
  teacher: {kind: endpoint, endpoint: "http://127.0.0.1:9/v1", model: x, revision: "1"}
prompts:
  sources:
    sums: {problems: [{problem: "1 + 1 =", gold_answer: "2"}]}
reasoning:
  policy: rule
"""
TRAINED = "sft: {{training: {{base: {}, config: CONFIG}}}}\n"
ALSO_TRAINED = "cold_start: {{policy: rule, training: {{base: {}, config: CONFIG}}}}\n"
COMMANDS = {
    "plan": [],
    "status": [],
    "run": [],
    "ui": [],
    "gc": [],
    "check": [],
    "sql": ["select 1"],
    "why": ["abcdef"],
    "show": ["reasoning/rollouts"],
    "export": ["sft/sft_mixture", "--to", "out"],
}


def with_more(text):
    return RECIPE + text


def instead(old, new):
    assert old in RECIPE
    return RECIPE.replace(old, new)


WRONG = {
    "a round trained from itself": (with_more(TRAINED.format("sft")), "sft -> sft; let one"),
    "rounds trained from each other": (
        with_more(TRAINED.format("cold_start") + ALSO_TRAINED.format("sft")),
        "cold_start -> sft -> cold_start; let one of them begin from a policy",
    ),
    "a training that begins from an endpoint": (
        with_more(TRAINED.format("teacher")),
        "`teacher`, which is of kind endpoint and has no weights to train; name a policy",
    ),
    "a training of what is sampled with flags": (
        instead("weights: WEIGHTS}", "weights: WEIGHTS, template: {chat_template_kwargs: {a: 1}}}")
        + TRAINED.format("base"),
        "`base`, whose chat template is told `a` when it is sampled and not when it is trained; "
        "leave out its `chat_template_kwargs`",
    ),
    "a training that begins from rules": (
        with_more(TRAINED.format("rule")),
        "`rule`, which is of kind worked_examples and has no weights to train",
    ),
    "several samples a line of a batch": (
        instead('revision: "1"}', 'revision: "1", batch: {}, samples_per_request: 4}'),
        "`samples_per_request` is 4, and a line of a batch asks for one sample; leave out",
    ),
    "a field with the name of another": (
        instead('revision: "1"}', 'revision: "1", rename: {max_tokens: model}}'),
        "`rename` gives `max_tokens` the name `model`, which another field has; give it another",
    ),
    "samples that nobody takes": (
        instead('revision: "1"}', 'revision: "1", extra_body: {n: 4}}'),
        "`extra_body` holds `n`; write `samples_per_request` beside it",
    ),
    "a training configuration that is missing": (
        with_more(TRAINED.format("base").replace("CONFIG", "none.yaml")),
        "`sft.training.config`: `none.yaml` does not exist; give one such as",
    ),
    "a training configuration that is a folder": (
        with_more(TRAINED.format("base").replace("CONFIG", "FOLDER")),
        "is no file; give one such as",
    ),
    "a training configuration that is binary": (
        with_more(TRAINED.format("base").replace("CONFIG", "BINARY")),
        "it is not UTF-8 text, as byte 1 shows; save it as UTF-8",
    ),
    "a chat template that is missing": (
        with_more(TRAINED.format("base").replace("CONFIG", "TEMPLATED")),
        "`sft.training`: `chat_template_path` is `none.jinja`, which is no file; name one.",
    ),
    "a training that would say where its weights go": (
        with_more(TRAINED.format("base").replace("CONFIG", "CONFIG, overrides: {output_dir: x}")),
        "`overrides` names output_dir, which is not for it to say; leave it out",
    ),
    "a training configuration with a key twice": (
        with_more(TRAINED.format("base").replace("CONFIG", "TWICE")),
        "`seed` stands twice, in line 1 and in line 2; rename one of the two or remove it",
    ),
    "a training configuration that is a list": (
        with_more(TRAINED.format("base").replace("CONFIG", "LIST")),
        "it holds no keys with values; give a file such as training/configs/sft.yaml",
    ),
    "a policy's name that leads out of the folder": (
        instead("teacher", '"../../evil"'),
        "policies: '../../evil' is no name; use 1 to 64 of the letters",
    ),
    "a name that is the log's folder": (
        instead("name: small", "name: logs"),
        "name: ",
    ),
    "a benchmark named like all of them": (
        instead("reasoning:", "  benchmarks: {all: {file: x.jsonl}}\nreasoning:"),
        "`prompts.benchmarks.all` stands for all benchmarks in scores; rename it",
    ),
    "semantic duplicates without a model": (
        instead("reasoning:", "  semantic_duplicates: {}\nreasoning:"),
        "`prompts.semantic_duplicates` needs `prompts.embedding: {model: ...}`",
    ),
    "a threshold of scores that no judge gives": (
        with_more("  selection: {judged_quality: {}}\n"),
        "`reasoning.selection.judged_quality` looks at scores, and no judge gives any",
    ),
    "quality without a classifier": (
        with_more("  selection: {signals: {quality: {}}}\n"),
        "`reasoning` measures the signal `quality` and has no classifier",
    ),
    "tokens without a tokenizer": (
        with_more("  signals: [tokens]\n"),
        "`reasoning` measures the signal `tokens` and has no tokenizer",
    ),
    "a source that stands twice": (
        instead("    sums:", '    sums: {problems: [{problem: "2", gold_answer: "2"}]}\n    sums:'),
        "`sums` stands twice, in line 8 and in line 9; rename one of the two or remove it",
    ),
    "a policy that stands twice": (
        instead("  rule:", '  "rule": {kind: worked_examples}\n  rule:'),
        "`rule` stands twice, in line 3 and in line 4",
    ),
    "a round that stands twice": (
        with_more("reasoning: {policy: teacher}\n"),
        "`reasoning` stands twice, in line 9 and in line 11",
    ),
    "a setting that stands twice": (
        instead("kind: endpoint,", "kind: endpoint, kind: weights,"),
        "`kind` stands twice, in line 5 and in line 5",
    ),
    "a policy named twice": (
        instead("reasoning:", "  benchmarks: {held: {file: x.jsonl}}\nreasoning:")
        + "evaluation: {policies: [rule, rule]}\n",
        "`evaluation.policies` names the policy `rule` 2 times; name it once",
    ),
    "no YAML": ("name: [", "it is not YAML"),
    "two documents": (RECIPE + "---\n" + RECIPE, "expected a single document"),
    "a date that is none": (with_more("description: 2024-13-01\n"), "month must be in 1..12"),
    "nothing": ("", "it is empty; give a file such as recipes/demo.yaml"),
    "a comment": ("# soon\n", "it is empty; give a file such as recipes/demo.yaml"),
    "a list": ("- a\n", "it holds no keys with values; give a file such as recipes/demo.yaml"),
    "a text": ("hello", "it holds no keys with values; give a file such as recipes/demo.yaml"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00", "it is not UTF-8 text, as byte 1 shows; save it"),
    "UTF-16": (RECIPE.encode("utf-16"), "it is not UTF-8 text, as byte 1 shows; save it"),
    "UTF-16 without a mark": (RECIPE.encode("utf-16-le"), "it is not UTF-8 text, as byte 2 shows"),
    "Latin-1": (instead("small", "ä").encode("latin-1"), "it is not UTF-8 text, as byte 7 shows"),
    "a kind that is missing": (
        instead("kind: endpoint, ", ""),
        "`policies.teacher.kind` is missing; add it",
    ),
    "a kind that is mistyped": (
        instead("kind: endpoint", "kind: endpont"),
        "`policies.teacher.kind` is 'endpont'; did you mean `endpoint`?",
    ),
    "a policy without settings": (
        instead("rule: {kind: worked_examples, worked_examples: arithmetic}", "rule: arithmetic"),
        "`policies.rule` is 'arithmetic': it should be keys with values",
    ),
    "a model that is missing": (
        instead("model: x, ", ""),
        "`policies.teacher.model` is missing; add it",
    ),
    "an endpoint that is missing": (
        instead('endpoint: "http://127.0.0.1:9/v1", ', ""),
        "`policies.teacher.endpoint` is missing; add it",
    ),
    "a model that YAML reads as a number": (
        instead("model: x", "model: 7"),
        "`policies.teacher.model` is 7: input should be a valid string; quote it",
    ),
    "weights at a branch": (
        instead("weights: WEIGHTS", "weights: a/b, revision: main"),
        "policies.base.revision: `main` can move; give the commit's hash, 7 to 40 hex digits",
    ),
    "a dataset at a branch": (
        instead('problems: [{problem: "1 + 1 =", gold_answer: "2"}]', "hub: HUB").replace(
            "HUB", "{repository: a/b, revision: main}"
        ),
        "prompts.sources.sums.hub.revision: `main` can move; give the commit's hash",
    ),
    "an evaluation without benchmarks": (
        with_more("evaluation: {policies: [rule]}\n"),
        "`evaluation` scores policies on benchmarks; add one to `prompts.benchmarks`",
    ),
    "an evaluation of nobody": (
        with_more("evaluation: {policies: []}\n"),
        "`evaluation.policies` is []: give at least one",
    ),
    "a round without sources": (
        instead('\n    sums: {problems: [{problem: "1 + 1 =", gold_answer: "2"}]}', " {}"),
        "`reasoning` asks the problems of sources; add one to `prompts.sources`",
    ),
    "a source without problems": (
        instead('[{problem: "1 + 1 =", gold_answer: "2"}]', "[]"),
        "`prompts.sources.sums`: `problems` is empty; write one, or leave the source out",
    ),
    "a number without end": (
        with_more("  sampling: {temperature: .inf}\n"),
        "`reasoning.sampling.temperature` is inf: input should be a finite number",
    ),
}


def never(program, command):
    raise AssertionError(command)


MAKERS = {"run": run.main, "ui": partial(ui.main, become=never)}


@pytest.fixture
def only_line(tmp_path, capsys):
    """Runs a command in this process and returns the one line that it ends with."""

    def only_line(command, recipe, *arguments):
        where = ["--recipe", str(recipe), "--data", str(tmp_path / "data"), *arguments]
        if command in MAKERS:
            status = MAKERS[command](where)
        else:
            with pytest.raises(SystemExit) as ended:
                main([command, *COMMANDS[command], *where])
            status = ended.value.code
        said = capsys.readouterr()
        assert (status, said.out) == (2, "")
        (line,) = said.err.splitlines()
        return line

    return only_line


@pytest.fixture
def written(tmp_path):
    """Writes a recipe, and what it names in capital letters."""

    def written(recipe):
        files = {
            "WEIGHTS": ("weights", b""),
            "CONFIG": ("sft.yaml", b"max_steps: 1"),
            "BINARY": ("binary.yaml", b"\xff\x00"),
            "TEMPLATED": ("templated.yaml", b"chat_template_path: none.jinja"),
            "TWICE": ("twice.yaml", b"seed: 1\nseed: 2"),
            "LIST": ("list.yaml", b"- 1"),
        }
        path = tmp_path / "recipe.yaml"
        if isinstance(recipe, bytes):
            path.write_bytes(recipe)
            return path
        for name, (file, content) in files.items():
            (tmp_path / file).write_bytes(content)
            recipe = recipe.replace(name, str(tmp_path / file))
        path.write_text(recipe.replace("FOLDER", str(tmp_path)), encoding="utf-8")
        return path

    return written


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("recipe", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_recipe_is_one_line_before_any_work(
    only_line, written, tmp_path, command, recipe, said
):
    line = only_line(command, written(recipe))
    assert said in line
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_recipe_that_is_a_folder_is_one_line(only_line, tmp_path, command):
    (tmp_path / "other.yaml").touch()
    assert "is no file; recipes there: " in only_line(command, tmp_path)


@pytest.mark.parametrize("command", ["plan", "status", "run", "gc"])
def test_a_round_that_asks_the_policy_it_trains_is_one_line(only_line, written, tmp_path, command):
    fake_weights(tmp_path / "base")
    recipe = with_more(ALSO_TRAINED.format("base").replace("rule", "cold_start"))
    line = only_line(command, written(recipe.replace("WEIGHTS", str(tmp_path / "base"))))
    assert "cold_start/sft_mixture" in line
    assert "let a round ask or train a policy that is not made of what the round" in line


def test_settings_in_a_line_are_never_those_that_may_hold_a_secret(only_line, written):
    recipe = instead("kind: endpoint,", "extra_body: {a: sesame},")
    assert "sesame" not in only_line("plan", written(recipe))


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with a mark at its beginning"])
def test_a_recipe_in_utf_8_is_read(written, capsys, tmp_path, mark):
    where = ["--recipe", str(written(mark + RECIPE.replace(", weights: WEIGHTS", "")))]
    with pytest.raises(SystemExit) as ended:
        main(["sql", "select 1", *where, "--data", str(tmp_path)])
    assert ended.value.code == 2
    assert "`policies.base.weights` is missing" in capsys.readouterr().err


def test_merged_keys_may_stand_again(written, tmp_path, capsys):
    recipe = instead("base: {kind: weights, weights: WEIGHTS}", "base: {<<: *rule, <<: *rule}")
    path = written(recipe.replace("rule: {", "rule: &rule {"))
    with pytest.raises(SystemExit) as ended:
        main(["plan", "--recipe", str(path), "--data", str(tmp_path / "data")])
    assert ended.value.code == 0, capsys.readouterr().err


def test_a_port_that_is_taken_is_one_line(only_line, written):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = only_line("ui", written(RECIPE), "--port", str(port))
    assert f"port {port} cannot be had: Address already in use; end what uses it, or name" in line
