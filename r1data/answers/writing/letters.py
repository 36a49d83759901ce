r"""Letters of options, and the ways an answer writes one: `B`, `(B)`, `B.`, `B)`, `(B):`.

Where a question's options are known, or its verifier is `choice`, a letter up to Z may be one. In
prose only the first ten are read as options: later ones are rather variables, points and initials.
"""

from string import ascii_uppercase

LETTERS = ascii_uppercase
"""The letters of a question's options, in order."""
LETTERS_IN_PROSE = LETTERS[:10]
LETTER = "[A-Z]"
"""The pattern of an option's letter, where options are known."""
LETTER_OF_EITHER_CASE = "[A-Za-z]"
"""A letter that stands alone or in brackets is an option's in small letters too."""
LETTER_IN_PROSE = "[A-J]"
LABEL_END = "[.):]"
"""The sign that parts a letter from its option's text."""


def bracketed(letter: str) -> str:
    r"""Return the pattern of a letter that may stand in brackets.

    >>> bracketed(LETTER_IN_PROSE)
    '\\(?[A-J]\\)?'
    """
    return rf"\(?{letter}\)?"


def label(letter: str) -> str:
    r"""Return the pattern of a letter before its option's text: `B.`, `B)`, `B:`, `(B)`, `(B.)`.

    >>> label(LETTER_IN_PROSE)
    '\\(?[A-J][.):]\\)?'
    """
    return rf"\(?{letter}{LABEL_END}\)?"
