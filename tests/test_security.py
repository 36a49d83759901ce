"""The table of roads in `docs/security.md` is true: its tests exist, and no place is left out."""

import ast
import re
from pathlib import Path

import pytest

from r1data.text import fenced

PAGE = Path("docs/security.md")
FOLDERS = ("r1data", "assets", "training")
BUILT_IN = frozenset(["eval", "exec", "compile", "__import__"])
CALLED = frozenset(
    [
        *("sympify", "parse_expr", "parse_latex", "latex2sympy", "lambdify", "nsimplify"),
        *("literal_eval", "import_module", "run_path", "run_module"),
        *("unsafe_load", "full_load", "load_all", "from_string", "format_map"),
    ]
)
"""Names that evaluate or read as code, whatever they belong to."""
NAMED = frozenset(["ast.parse", "yaml.load", "os.system", "os.popen", "subprocess.getoutput"])
LOADERS = frozenset(["pickle", "marshal", "dill", "shelve", "cloudpickle", "joblib", "torch", "np"])
LOADING = frozenset(["load", "loads", "Unpickler", "open"])
EVALUATORS = frozenset(
    [
        *("pickle", "dill", "shelve", "cloudpickle", "joblib", "sympy", "latex2sympy2_extended"),
        *("math_verify", "reasoning_gym", "jinja2", "code", "runpy", "asteval", "numexpr"),
    ]
)
"""Packages whose import alone is a place: they evaluate texts, or run what a file says."""
ROW = re.compile(
    r"^\| (?P<road>[^|]+) \| (?P<where>[^|]+) \| (?P<guard>[^|]+) \| (?P<tests>[^|]+) \|$"
)
PLACE = re.compile(r"^\| `(?P<path>[\w/]+\.py)` \| (?P<names>[^|]+) \| (?P<why>[^|]+) \|$")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
OPEN = "open"
"""Stands for a test where a road has no guard yet."""


def places(tree):
    """Yield the names by which a module evaluates text, reads stored objects, or asks a shell."""
    for node in ast.walk(tree):
        if look := LOOKS.get(type(node)):
            yield from look(node)


def in_name(node):
    return {node.id} & (BUILT_IN | CALLED)


def in_attribute(node):
    owner = node.value.id if isinstance(node.value, ast.Name) else ""
    name, whole = node.attr, f"{owner}.{node.attr}"
    is_loading = owner in LOADERS and name in LOADING
    if is_loading or whole in NAMED or (owner == "builtins" and name in BUILT_IN):
        return {whole}
    return {name} & CALLED


def in_keyword(node):
    is_false = isinstance(node.value, ast.Constant) and not node.value.value
    return set() if is_false else {node.arg} & {"shell", "trust_remote_code"}


def in_import(node):
    modules = [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module]
    return {(module or "").partition(".")[0] for module in modules} & EVALUATORS


LOOKS = {
    ast.Name: in_name,
    ast.Attribute: in_attribute,
    ast.keyword: in_keyword,
    ast.Import: in_import,
    ast.ImportFrom: in_import,
}


def found():
    """Return the places of each file of the product that has any."""
    trees = {
        str(path): ast.parse(path.read_text(encoding="utf-8"))
        for folder in FOLDERS
        for path in sorted(Path(folder).rglob("*.py"))
    }
    return {path: sorted(set(places(tree))) for path, tree in trees.items() if [*places(tree)]}


def listed():
    """Return the places that the page lists."""
    rows = [PLACE.match(line) for line in PAGE.read_text(encoding="utf-8").splitlines()]
    return {row["path"]: sorted(re.findall("`([^`]+)`", row["names"])) for row in rows if row}


def roads():
    page = PAGE.read_text(encoding="utf-8")
    table = page[page.index("| road |") :].split("\n\n")[0]
    return [ROW.match(line) for line in table.splitlines()[2:]]


def test_the_table_has_its_four_columns_in_every_row():
    assert len(roads()) >= 25
    assert all(roads())


@pytest.mark.parametrize("row", roads(), ids=lambda row: row["road"] if row else "no row")
def test_every_test_that_the_table_names_exists(row):
    named = TEST.findall(row["tests"])
    assert named or row["tests"].strip() == OPEN
    for path, name in named:
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
        assert name in [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("row", roads(), ids=lambda row: row["road"] if row else "no row")
def test_every_file_that_the_table_names_exists(row):
    paths = re.findall(r"`((?:r1data|assets|training)/[\w/.]+)`", row["where"] + row["guard"])
    assert [path for path in paths if not Path(path).exists()] == []


def test_nothing_evaluates_but_in_the_places_that_the_page_lists():
    assert found() == listed()


@pytest.mark.parametrize(
    "source",
    [
        "eval(text)",
        "run = exec",
        "builtins.eval(text)",
        "compile(text, '', 'exec')",
        "__import__(name)",
        "sympy.sympify(text)",
        "from sympy.parsing.sympy_parser import parse_expr",
        "parse_expr(text)",
        "import pickle",
        "marshal.loads(message)",
        "torch.load(path)",
        "np.load(path, allow_pickle=True)",
        "yaml.load(text, Loader=yaml.Loader)",
        "yaml.unsafe_load(text)",
        "subprocess.run(command, shell=True)",
        "os.system(command)",
        "ast.literal_eval(text)",
        "importlib.import_module(name)",
        "AutoTokenizer.from_pretrained(name, trust_remote_code=True)",
        "def later():\n    import reasoning_gym",
        "jinja2.Environment().from_string(text)\nimport jinja2",
    ],
)
def test_the_scan_sees(source):
    assert [*places(ast.parse(source))]


@pytest.mark.parametrize(
    "source",
    [
        "re.compile(text)",
        "json.loads(text)",
        "yaml.safe_load(text)",
        "model.eval()",
        "AutoTokenizer.from_pretrained(name, trust_remote_code=False)",
        "subprocess.run(command, check=False)",
    ],
)
def test_the_scan_passes_over(source):
    assert [*places(ast.parse(source))] == []


def formats(tree):
    """Yield what calls of `format` are made on, as source; a fixed text is none."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="format", value=value)) if not isinstance(
                value, ast.Constant
            ):
                yield ast.unparse(value)


def test_only_fixed_texts_are_formats():
    trees = [
        ast.parse(path.read_text(encoding="utf-8"))
        for folder in FOLDERS
        for path in Path(folder).rglob("*.py")
    ]
    named = {name for tree in trees for name in formats(tree)}
    assert {name for name in named if not name.isupper()} <= {"pl"}  # else constants of a module


@pytest.mark.parametrize(
    "text", ["```", "````\n<script>alert(1)</script>", "`" * 400, "~~~\n# title", "<img src=x>"]
)
def test_a_completion_cannot_leave_its_fence(text):
    fence, *inside, last = fenced(text, "text").splitlines()
    fence = fence.removesuffix("text")
    assert set(fence) == {"`"}
    assert last == fence
    assert not any(fence in line for line in inside)


@pytest.mark.slow
@pytest.mark.parametrize(
    "template",
    [
        pytest.param("{{ messages.__class__.__base__.__subclasses__() }}", id="a dunder"),
        pytest.param("{{ ''.__class__.__mro__[1] }}", id="a class"),
        pytest.param("{{ cycler.__init__.__globals__.os.popen('id').read() }}", id="a global"),
        pytest.param("{{ messages.append(1) }}", id="a change of what it is shown"),
        pytest.param("{{ '%s' | format(cycler.__init__.__globals__.os) }}", id="a format"),
        pytest.param("{% for i in range(10**9) %}{% endfor %}", id="a long loop"),
    ],
)
def test_a_chat_template_runs_in_a_sandbox(template):
    from jinja2.exceptions import SecurityError

    with pytest.raises((SecurityError, OverflowError)):
        rendered(template)


def rendered(template):
    """Render a chat template as the engine does."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(WordLevel({"x": 0}, "x")))
    tokenizer.chat_template = template
    return tokenizer.apply_chat_template([{"role": "user", "content": "x"}], tokenize=False)


@pytest.mark.slow
def test_a_chat_templates_format_strings_reach_no_attribute():
    shown = rendered("[{{ '{0.__class__}'.format(messages) }}|{{ '{0.__len__}'.format('') }}]")
    assert "class" not in shown
    assert "method" not in shown
