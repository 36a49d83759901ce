import pytest

from r1data.prompts.generator_process import BUILT_ONCE, problem_maker
from r1data.prompts.generators import generate_problems
from r1data.prompts.sources import Generator

ARGUMENTS = {"min_terms": 4, "max_terms": 6, "min_digits": 3, "max_digits": 4}


def problems(name, size, task="basic_arithmetic", arguments=ARGUMENTS):
    generator = Generator(task=task, size=size, arguments=arguments)
    return [item["problem"] for item in generate_problems(name, generator)]


def test_a_larger_size_adds_problems_and_changes_none():
    few, many = problems("train", 10), problems("train", 20)
    assert many[:10] == few
    assert len(set(many)) == 20


def test_sources_of_other_names_share_no_problem():
    assert not set(problems("train", 200)) & set(problems("test", 200))


@pytest.mark.parametrize(
    "task",
    [
        pytest.param("polynomial_multiplication", id="walks through sets of strings"),
        pytest.param("list_functions", id="draws from the global random state"),
    ],
)
def test_the_same_source_gives_the_same_problems_in_every_process(task):
    assert problems("a", 25, task, {}) == problems("a", 25, task, {})


@pytest.mark.parametrize("task", ["figlet_font", "group_anagrams", "spell_backward", "word_ladder"])
def test_a_task_that_is_built_once_makes_the_problem_of_each_seed(task):
    import reasoning_gym

    assert task in BUILT_ONCE
    make = problem_maker(task, {})
    anew = [reasoning_gym.create_dataset(task, size=1, seed=seed)[0] for seed in (7, 2**31 - 1)]
    assert [make(seed)["question"] for seed in (7, 2**31 - 1)] == [x["question"] for x in anew]


@pytest.mark.parametrize(
    ("task", "arguments", "message"),
    [
        pytest.param("basic_arithmetc", {}, "the nearest are basic_arithmetic", id="task"),
        pytest.param(
            "basic_arithmetic", {"min_term": 2}, "unknown argument `min_term`; there are", id="name"
        ),
        pytest.param("basic_arithmetic", {"seed": 2}, "unknown argument `seed`", id="seed"),
        pytest.param(
            "basic_arithmetic", {"max_terms": 0}, "max_terms must be >= min_terms", id="value"
        ),
    ],
)
def test_a_wrong_task_or_argument_is_one_line(task, arguments, message):
    with pytest.raises(ValueError, match=message) as stopped:
        problems("a", 1, task, arguments)
    assert "\n" not in str(stopped.value)


@pytest.mark.parametrize(
    ("task", "arguments"),
    [
        ("basic_arithmetic", {"operators": ["+", "+__import__('os').getpid()+"]}),
        ("decimal_chain_sum", {"min_terms": "__import__('os').getpid()"}),
        ("bitwise_arithmetic", {"difficulty": "__import__('os').getpid()"}),
        ("simple_equations", {"operators": ["+__import__('os').getpid()+"]}),
    ],
)
def test_operators_of_a_recipe_are_not_evaluated(task, arguments):
    with pytest.raises(ValueError, match=task):
        problems("mine", 3, task, arguments)
