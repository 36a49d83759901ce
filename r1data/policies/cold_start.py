r"""Instructions and worked examples that ask a policy for cold-start rollouts, written by us.

Their aim is the paper's (arXiv 2501.12948v2, B.3.2): the reasoning begins with understanding the
problem, reflects and verifies, stays in the first person and in the language of the problem.
"""

from r1data.policies.templates import WorkedExample

FORM = (
    "Write your reasoning between <think> and </think>. After it, write the solution for a reader: "
    r"short, in clear steps, with the final answer in \boxed{}."
)
FEW_SHOT = (
    "Think it through at length, in the first person and in the language of the problem, as in the "
    f"examples: understand, work, doubt, check. {FORM}"
)
"""The instruction of few-shot prompting; the examples show what it means."""
DIRECT = (
    "Answer in detail. First say in your own words what is asked and what is given. Then work step "
    "by step; after each result, reflect on whether it can be right, and where you doubt it, try "
    "another way. Before you answer, verify the result on its own, such as by putting it back into "
    f"the problem. Think in the first person and in the language of the problem. {FORM}"
)
"""The instruction of direct prompting: it asks for reflection and verification, with no example."""
SHORT = (
    "This is an easy question. Between <think> and </think> write one or two sentences in the "
    "first person, no more. After them, answer in one line, in the language of the question, with "
    r"the final answer in \boxed{}."
)
"""The instruction for simple questions."""

LONG_EXAMPLES = (
    WorkedExample(
        problem=(
            "A tank holds 60 litres. A pump fills it with 5 litres a minute while a leak loses 2 "
            "litres a minute. The tank begins with 12 litres. After how many minutes is it full?"
        ),
        completion=r"""<think>
Let me first make sure that I understand the problem. I have a tank of 60 litres with 12 litres in it. Each minute 5 litres come in and 2 litres leak out. I want the minutes until it is full.

What counts is how fast the water rises. In one minute I gain 5 litres and lose 2, so I gain 5 - 2 = 3 litres.

Now I need how much is missing. My first thought is 60 litres, so 60 / 3 = 20 minutes. Wait, that forgets that the tank is not empty: 12 litres are there already. So I am missing 60 - 12 = 48 litres, and 48 / 3 = 16 minutes.

Let me check this another way. In 16 minutes the pump brings 16 * 5 = 80 litres and the leak takes 16 * 2 = 32 litres. From 12 litres I get 12 + 80 - 32 = 60 litres, which is exactly the full tank. A minute earlier I would have 57 litres, not yet full. So 16 minutes is right.
</think>

The water rises by $5 - 2 = 3$ litres a minute, and $60 - 12 = 48$ litres are missing. So the tank is full after $48 / 3 = 16$ minutes.

\boxed{16}""",  # noqa: E501 - a completion is one text
    ),
    WorkedExample(
        problem="For which positive number x is x^2 - x = 12?",
        completion=r"""<think>
I am looking for a positive number whose square is 12 more than the number itself.

I write it as x^2 - x - 12 = 0 and try to factor it. I need two numbers with the product -12 and the sum -1. I try 3 and -4: the product is -12 and the sum is -1, so x^2 - x - 12 = (x + 3)(x - 4).

So x is -3 or 4. I have to be careful here: only a positive number is asked for, so I keep 4.

Let me put it back: 4^2 - 4 = 16 - 4 = 12. That is right. For -3 I would get 9 + 3 = 12 too, but it is not positive, so 4 is the only answer.
</think>

The equation $x^2 - x - 12 = 0$ factors as $(x + 3)(x - 4) = 0$, so $x = -3$ or $x = 4$. Only $4$ is positive.

\boxed{4}""",  # noqa: E501 - a completion is one text
    ),
)
"""Long chains of thought that few-shot prompting shows, unless a recipe has its own."""
SHORT_EXAMPLES = (
    WorkedExample(
        problem="1 + 2 = ?",
        completion="<think>\nI add 1 and 2, which gives me 3.\n</think>\n\n$1 + 2 =$ \\boxed{3}",
    ),
)
"""The short reasoning that simple questions are answered with."""
