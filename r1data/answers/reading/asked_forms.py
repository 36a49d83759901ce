r"""Forms that a problem asks its answer in: what only repeats one is a placeholder.

`\boxed{\frac{a}{b}}` answers nothing where the problem says "as a fraction $\frac{a}{b}$".
"""

import re
from functools import lru_cache

from r1data.text import BOX_COMMAND, closed_boxes

MAX_CHARS = 8_000
"""Characters of a problem that are looked at, from its end."""
FRACTION = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
DRESS = re.compile(r"\\(?:left|right|[,;!: ])|\\(?:text|mathrm|textbf)(?=\{)|[\s{}$]")
FORM = re.compile(
    r"\b(?:forms?|formats?|(?:written|expressed|expressible|write|express)(?: \w+){0,4}? as"
    r"|as (?:an? )?(?:\w+ ){0,2}fractions?)"
    r"(?: (?:of|like|as|an?|is|fraction))*[ :]*"
    r"(?:\$(?P<dollars>[^$]{2,60})\$|\\\((?P<brackets>.{2,60}?)\\\)|`(?P<ticks>[^`]{2,60})`)",
    re.IGNORECASE,
)
LETTERS = re.compile(r"[a-zA-Z]")


@lru_cache(maxsize=2_000)
def asked_forms(problem: str) -> frozenset[str]:
    r"""Return the forms that a problem names: of two signs or more, with a letter in them.

    >>> sorted(asked_forms(r"Write it in the form $\frac{m}{n}$ in a \boxed{letter}, \boxed{A}."))
    ['letter', 'm/n']
    """
    text = problem[-MAX_CHARS:]
    found = [next(filter(None, match.groups())) for match in FORM.finditer(text)]
    if BOX_COMMAND in text:
        found += [text[start:end] for start, end in closed_boxes(text)]
    forms = (as_form(form) for form in found)
    return frozenset(form for form in forms if len(form) > 1 and LETTERS.search(form))


def as_form(text: str) -> str:
    r"""Return an answer as forms are compared: without dress, fractions with a slash.

    >>> as_form(r"\dfrac{a}{b}"), as_form(r"\text{Letter}")
    ('a/b', 'letter')
    """
    return DRESS.sub("", FRACTION.sub(r"\1/\2", text)).strip(". ").lower()
