import pytest

from r1data.answers.math.notation.notation import canonical


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param(r"\left(1,\,2\right)", "(1, 2)", id="layout"),
        pytest.param(r"\dfrac12", r"\frac12", id="kinds of fractions"),
        pytest.param(r"{a \over b}", r"\frac{a }{ b}", id="infix fraction"),
        pytest.param("½", r"\frac{1}{2}", id="fraction sign"),
        pytest.param("$5$.", "5", id="delimiters and the full stop"),
        pytest.param(r"\[ 4 \]", "4", id="display"),
        pytest.param("$5", r"\dollar 5", id="one dollar is money"),
        pytest.param(r"\$5", r"\dollar 5", id="escaped dollar"),
        pytest.param(r"10{,}000", "10000", id="braced comma"),
        pytest.param("1 000 000", "1000000", id="groups of digits"),
        pytest.param(r"2,\!000", "2000", id="thin space"),
        pytest.param("1.5e-3", r"1.5\times10^{-3}", id="exponent of a program"),
        pytest.param("\uff12√3", r"2 \sqrt 3", id="wide digit and a sign"),
        pytest.param("x²", "x^{2}", id="raised digit"),
        pytest.param("90°", r"90^{\circ}", id="degree"),
        pytest.param(r"x\leqslant 3", r"x\le 3", id="another name"),
        pytest.param(r"\sinx", r"\sin x", id="lost space"),
        pytest.param(r"\mathrm{m}", "m", id="one letter in a font"),
        pytest.param(r"\mathbf{cm}", r"\text{cm}", id="letters in a font"),
        pytest.param(r"\frac{\text{km}}{\text{h}}", r"\text{km/h}", id="fraction of units"),
        pytest.param(r"\mathbb{R}", r"\R", id="the reals"),
        pytest.param(
            r"\begin{pmatrix} 1 \ 2 \end{pmatrix}",
            r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}",
            id="lost half of a row break",
        ),
    ],
)
def test_looks_are_written_one_way(written, read):
    assert canonical(written) == read


@pytest.mark.parametrize("answer", ["-12", "3.50", "1/2", r"\frac{3}{4}", r"\leftarrow", "x + 1"])
def test_what_is_canonical_stays(answer):
    assert canonical(answer) == answer


@pytest.mark.parametrize(
    "answer", [r"\left( 3, \frac{\pi}{2} \right)", "\uff11,\uff12", "5 %.", r"\$ 5"]
)
def test_canonical_text_is_canonical(answer):
    assert canonical(canonical(answer)) == canonical(answer)
