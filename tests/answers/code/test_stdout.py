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
        pytest.param("6\n", "\n6\n", id="the expected text begins with a line end"),
        pytest.param("\n6\n", "6", id="an empty line before all"),
        pytest.param("2\t1", "2 1", id="a tab between numbers"),
        pytest.param("2  1", "2 1", id="two blanks between numbers"),
        pytest.param("2 1", "2  1", id="two blanks expected between numbers"),
        pytest.param(" 6\n 7", "6\n7", id="a blank before numbers"),
        pytest.param("6", " 6", id="a blank expected before a number"),
        pytest.param(" YES", "YES", id="a blank before a word"),
        pytest.param("4.4e-16", "0.000000", id="zero up to rounding"),
        pytest.param("-4.4e-16", "0.0", id="zero up to rounding, from below"),
        pytest.param("1.0 1.2e-16 2.5", "1.000000 0.000000 2.500000", id="a zero among others"),
        pytest.param("0", "0.0", id="the integer zero for a decimal one"),
        pytest.param("-0.0", "0.0", id="minus zero"),
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
        pytest.param("0.0", "0.0000000001", id="zero where something small is expected"),
        pytest.param("4.4e-16", "0", id="a decimal where the integer zero is expected"),
        pytest.param("1" * 400 + ".0", "2" * 400 + ".0", id="decimals that no float holds"),
        pytest.param("21", "2 1", id="one number for two"),
        pytest.param("1\n2", "1 2", id="lines for a line"),
        pytest.param(" *\n***", "  *\n***", id="a drawing indented otherwise"),
        pytest.param("# #", "#  #", id="a drawing with less white space"),
        pytest.param("1\n121", " 1\n121", id="a pyramid of numbers that leans"),
        pytest.param("a b", "a  b", id="two blanks between words"),
        pytest.param("5", "    5", id="a number that is to be indented"),
        pytest.param("1 2 3", "1   2   3", id="a table that is not aligned"),
    ],
)
def test_outputs_that_differ(output, expected):
    assert difference(output, expected)


@pytest.mark.parametrize("given", ["  hello", "a  b", "a\tb"])
def test_white_space_counts_where_the_input_plays_with_it(given):
    output = f"  {given.replace(' ', '')}"
    assert difference(output, output.strip(), given=given)
    assert not difference(output, output.strip(), given="hello")
