import pytest

from r1data.answers.code.program import read_program
from r1data.text import fenced


@pytest.mark.parametrize(
    ("response", "program"),
    [
        pytest.param("```python\na\n```\ntext\n```python\nb\n```", "b\n", id="the last block"),
        pytest.param("```py\na\n```", "a\n", id="py"),
        pytest.param("```Python3 title\na\n```", "a\n", id="language with more"),
        pytest.param(
            "```python\na\n```\n```\noutput\n```", "a\n", id="a block without language after"
        ),
        pytest.param("```\na\n```", "a\n", id="no language"),
        pytest.param("```python\na\n```\n```bash\nls\n```", "a\n", id="another language after"),
        pytest.param("```java\na\n```", None, id="another language"),
        pytest.param("~~~python\na\n~~~", "a\n", id="tildes"),
        pytest.param("````python\n'''\n```\n'''\n````", "'''\n```\n'''\n", id="a longer fence"),
        pytest.param("  ```python\n  a\n    b\n  ```", "a\n  b\n", id="indented"),
        pytest.param("```python\na\n", "a\n", id="never closed"),
        pytest.param("print(1)", "print(1)", id="no fence"),
        pytest.param("```python\n\n```\n", None, id="an empty block"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_last_python_block_is_the_program(response, program):
    assert read_program(response) == program


def test_a_block_that_was_cut_off_is_no_program():
    assert read_program("```python\na\n```\n```python\nb", is_cut_off=True) is None


@pytest.mark.parametrize("program", ["print(1)\n", '"""\n```\n"""\n', "x = '````'\n"])
def test_a_fenced_program_is_read_again(program):
    assert read_program(f"Here:\n{fenced(program, 'python')}\nDone.") == program


def test_many_fences_take_no_long_time():
    assert read_program("```\n" * 200_001) is None
