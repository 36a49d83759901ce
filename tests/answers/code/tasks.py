"""Small tasks with a right and a wrong program each, to be written in the forms of public sets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    name: str
    right: str
    """The body of the function, as one expression of its arguments."""
    wrong: str
    parameters: str
    cases: tuple[tuple[tuple[int, ...], int], ...]

    def function(self, body):
        return f"def {self.name}({self.parameters}):\n    return {body}\n"

    def method(self, body):
        heading = f"class Solution:\n    def {self.name}(self, {self.parameters}):\n"
        return f"{heading}        return {body}\n"

    def script(self, body):
        return f"{self.function(body)}\nprint({self.name}(*map(int, input().split())))\n"

    def inputs(self):
        return [" ".join(map(str, arguments)) + "\n" for arguments, _ in self.cases]

    def outputs(self):
        return [f"{value}\n" for _, value in self.cases]

    def asserts(self, name=""):
        return [
            f"assert {name or self.name}({', '.join(map(str, arguments))}) == {value}"
            for arguments, value in self.cases
        ]


TASKS = (
    Task("double", "2 * n", "n + 2", "n", (((2,), 4), ((3,), 6), ((0,), 0))),
    Task("add", "a + b", "a - b", "a, b", (((1, 0), 1), ((1, 2), 3), ((-4, 4), 0))),
    Task("square", "n * n", "2 * n", "n", (((2,), 4), ((5,), 25), ((-3,), 9))),
    Task("larger", "max(a, b)", "a", "a, b", (((5, 3), 5), ((3, 5), 5), ((7, 7), 7))),
    Task("last_digit", "n % 10", "n % 9", "n", (((7,), 7), ((19,), 9), ((120,), 0))),
    Task("halves", "n // 2", "round(n / 2)", "n", (((4,), 2), ((7,), 3), ((11,), 5))),
    Task("area", "a * b", "a + b", "a, b", (((2, 2), 4), ((3, 4), 12), ((9, 1), 9))),
    Task("distance", "abs(a - b)", "a - b", "a, b", (((5, 2), 3), ((2, 5), 3), ((4, 4), 0))),
    Task("triangle", "n * (n + 1) // 2", "n * n", "n", (((1,), 1), ((4,), 10), ((10,), 55))),
    Task("digits", "len(str(n))", "n // 10 + 1", "n", (((7,), 1), ((42,), 2), ((1234,), 4))),
)
