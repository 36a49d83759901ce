"""The words of formulas: which commands are letters, functions, constants or brackets."""


def names(text: str) -> frozenset[str]:
    """Return the names that a text lists.

    >>> sorted(names("sin cos"))
    ['cos', 'sin']
    """
    return frozenset(text.split())


GREEK = names(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell hbar"
)
FUNCTIONS = names(
    "sin cos tan cot sec csc arcsin arccos arctan arccot sinh cosh tanh log ln lg exp gcd lcm max "
    "min arg Re Im deg det"
)
INVERTIBLE = names("sin cos tan")
"""Functions whose exponent -1 means the inverse function."""
TRIGONOMETRIC = names(r"\sin \cos \tan \cot \sec \csc")
NAMES = GREEK | FUNCTIONS | names("pi sqrt infty cdot times frac")
"""Commands that are read without their backslash too."""
ALIASES = {
    **dict.fromkeys(("inf", "infinity", "Infinity", "oo"), "infty"),
    **dict.fromkeys(("Pi", "PI"), "pi"),
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
}
JOINERS = names("and or to per is the are no yes all")
"""Words that are no product of letters, short as they are."""

CONSTANTS = {r"\pi": "pi", r"\infty": "oo"}
CONSTANT_LETTERS = names("e i")
UNDONE = names("sum int prod lim iint oint")
"""Commands for what is written down and not worked out: all that follows them belongs to it."""
TIMES = names(r"\cdot \times *")
DECORATIONS = names("overline vec hat bar overrightarrow tilde dot ddot")
FIGURES = names("angle triangle measuredangle")
TAKING_GROUPS = names("frac sqrt binom")
FACTORS = GREEK | FUNCTIONS | DECORATIONS | TAKING_GROUPS | UNDONE | names("pi infty angle")
"""Commands that may stand beside a factor as the next one."""
OPAQUE_NAMES = names(r"\ldots \Z \N \Q \C")
"""Names of what has no value, and equals itself only."""
PRIME_SIGNS = names(r"' \prime")
CIRCLE = r"\circ"
BARS = names(r"| \|")
REPEATING = names(r"\overline \dot \bar")

BRACKETS = {
    "(": ")",
    "[": "]",
    "{": "}",
    r"\{": r"\}",
    r"\lfloor": r"\rfloor",
    r"\lceil": r"\rceil",
    r"\langle": r"\rangle",
}
ROUNDING = {r"\lfloor": "floor", r"\lceil": "ceil"}
OPENING, CLOSING = BRACKETS.keys(), frozenset(BRACKETS.values())

RELATIONS = {"=": "=", "==": "=", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "!=": "!="}
RELATION_COMMANDS = {"le": "<=", "ge": ">=", "ne": "!=", "in": "in", "approx": "~", "equiv": "=="}
