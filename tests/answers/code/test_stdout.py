import pytest

from r1data.answers.code.stdout import difference


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        pytest.param("1\n2\n", "1\n2", id="end of line at the end"),
        pytest.param("1  \n2\n\n", "1\n2\n", id="trailing white space"),
        pytest.param("1\r\n2\r\n", "1\n2\n", id="line ends of Windows"),
        pytest.param("0.33333333", "0.333333333", id="a float to six digits"),
        pytest.param("1", "1.0", id="an integer where a float is expected"),
        pytest.param("(1.0000001, 2)", "(1.0, 2)", id="a float in a tuple"),
        pytest.param("1e-7", "0.0000001", id="exponents"),
        pytest.param("", "\n", id="nothing"),
    ],
)
def test_outputs_that_agree(output, expected):
    assert difference(output, expected) == ""


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        pytest.param("1", "1\n2\n", id="a line too few"),
        pytest.param("1\n2\n3", "1\n2\n", id="a line too many"),
        pytest.param("", "1", id="nothing"),
        pytest.param("1\n\n2", "1\n2", id="an empty line between"),
        pytest.param("1 2", "12", id="two numbers for one"),
        pytest.param("1 2 3", "1 2", id="a number too many"),
        pytest.param("1.0", "1", id="a float where an integer is expected"),
        pytest.param("0.3334", "0.3333", id="not close enough"),
        pytest.param("10000000000000001", "10000000000000002", id="large integers"),
        pytest.param("yes", "Yes", id="case"),
        pytest.param("nan", "1.5", id="not a number"),
        pytest.param("inf", "1e999", id="infinity"),
        pytest.param("  *", "*", id="space before"),
        pytest.param("0.0000001", "0.0", id="nearly zero"),
    ],
)
def test_outputs_that_differ(output, expected):
    assert difference(output, expected)
