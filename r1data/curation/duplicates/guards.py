r"""Guards: what two problems share if they ask the same in other words.

Vectors are near where words are: "the smallest" is near "the largest", and of problems written for
it most that asked something else were nearer than those that asked the same in other words
(docs/duplicates.md). So problems are compared by their vectors only where they name the same
numbers, and stand on the same side of opposites where no gold answer in numbers tells them apart.
That is less than `r1data.curation.duplicates.facts`, which other words for the same would change.
"""

from collections.abc import Iterator

from r1data.curation.duplicates.facts import FACT, NUMBER_WORDS, OPPOSITE_CHARACTERS, plain, shorten

KINDS = """
min: least fewest smallest minimum minimal minimize minimise min lowest shortest cheapest nearest
max: most greatest largest biggest maximum maximal maximize maximise max highest longest farthest
more: more greater larger bigger higher longer exceed exceeds above over
less: less fewer smaller lower shorter below under
not: not no never none without neither cannot except
even: even
odd: odd
positive: positive
negative: negative
prime: prime primes
composite: composite
rational: rational
irrational: irrational
up: increase increases increased increasing ascending
down: decrease decreases decreased decreasing descending
before: before previous
after: after next
first: first
last: last
inside: inside inscribed
outside: outside circumscribed
left: left
right: right
north: north
south: south
east: east
west: west
sum: sum
product: product
quotient: quotient
difference: difference
area: area
perimeter: perimeter
volume: volume
circumference: circumference
radius: radius
diameter: diameter
mean: mean average
arithmetic: arithmetic
geometric: geometric
median: median
mode: mode
half: half halved
sin: sin sine
cos: cos cosine
tan: tan tangent
row: row rows
column: column columns
union: union
intersection: intersection
true: true
false: false
"""
"""Words of one side each: exchanged with those of another line, they ask something else."""
SIDES = {
    word: kind
    for line in KINDS.strip().splitlines()
    for kind, _, words in [line.partition(": ")]
    for word in words.split()
}
TIMES = {"twice": "2", "double": "2", "thrice": "3", "triple": "3", "pair": "2", "dozen": "12"}
SAID_OF_ANYTHING = ("zero", "one")
"""Words of numbers that often count nothing: `the one who`."""
NUMBERS = {word: n for word, n in NUMBER_WORDS.items() if word not in SAID_OF_ANYTHING} | TIMES


def guards(problem: str) -> list[str]:
    """Return the numbers of a problem and the sides of opposites it stands on, each once, sorted.

    >>> guards("What is the smallest n with n > 60?") == guards("Find the least n, n above 60.")
    False
    >>> guards("Ann has three pens, twice as many as Bo.")
    ['2', '3']
    >>> guards("The largest of 7 and 0.50")
    ['0.5', '7', 'max']
    """
    return sorted(set(_guards(plain(problem))))


def numbers(problem: str) -> list[str]:
    """Return the numbers of a problem, each once, sorted.

    >>> numbers("The smallest of 7, 7.0 and three")
    ['3', '7']
    """
    text = plain(problem)
    return sorted({found for found in _guards(text) if found[0].isdigit()})


def _guards(text: str) -> Iterator[str]:
    for found in FACT.finditer(text):
        if found.lastgroup == "number":
            yield shorten(found[0])
        elif found.lastgroup == "word":
            word = found[0].casefold()
            if word in NUMBERS or word in SIDES:
                yield NUMBERS.get(word) or SIDES[word]
            elif not word.isascii():
                yield from (character for character in word if character in OPPOSITE_CHARACTERS)
