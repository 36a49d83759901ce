"""The reasoning-gym tasks whose one right answer is compared in a way of its own.

Every other task with one right answer is compared as what that answer is. Reasoning-gym's scorers
are not asked: they give full marks too freely: any text at all (`game_of_life_halting`), rows added
to a grid (`game_of_life`), numbers one off (`number_sorting`), 1% off (`pool_matrix`), the first
number of a text (`gsm_symbolic`).
"""

CASED = frozenset(["ab", "bf", "emoji_mystery", "string_insertion", "string_manipulation"])
"""Tasks in whose answers capitals count."""

UNORDERED = frozenset(["polynomial_equations", "prime_factorization"])
"""Tasks that ask for numbers in any order."""

REDUCED = frozenset(["dice", "fraction_simplification"])
"""Tasks that ask for a fraction in its lowest terms."""
