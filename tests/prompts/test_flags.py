import pytest

from r1data.prompts.flags import flag_problem


@pytest.mark.parametrize(
    ("problem", "flags"),
    [
        pytest.param("Prove that $x > 0$.", {"is_proof"}, id="prove"),
        pytest.param("Let $x = 1$. Show that $x > 0$.", {"is_proof"}, id="show that"),
        pytest.param("Find x, and provide a proof.", {"is_proof"}, id="provide a proof"),
        pytest.param("How can he improve his chances?", set(), id="improve"),
        pytest.param("What did he need to prove?", set(), id="to prove"),
        pytest.param("A 80 proof rum holds 40% alcohol.", set(), id="proof of rum"),
        pytest.param("(a) Find x.\n(b) Find y.", {"is_multi_part"}, id="parts"),
        pytest.param("(i) Find x. (ii) Find y.", {"is_multi_part"}, id="roman parts"),
        pytest.param("Find f(a) + f(b) (a) .", set(), id="function values"),
        pytest.param("Which?\n(A) one\n(B) two", set(), id="choices"),
        pytest.param("In the figure, AB = 1.", {"needs_figure"}, id="figure"),
        pytest.param("The graph below is linear.", {"needs_figure"}, id="graph below"),
        pytest.param("Find ![x](x.png).", {"needs_figure"}, id="image"),
        pytest.param("In the figure, AB = 1. [asy] draw(A--B); [/asy]", set(), id="drawn in code"),
        pytest.param("Figure out the picture's price.", set(), id="other figures"),
    ],
)
def test_flags_follow_words(problem, flags):
    assert {name for name, holds in flag_problem(problem, "en").items() if holds} == flags


@pytest.mark.parametrize("language", ["zh", None])
def test_flags_of_other_languages_are_unknown(language):
    assert set(flag_problem("Prove it.", language).values()) == {None}
