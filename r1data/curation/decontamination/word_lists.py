"""Lists of words: those that stand in any text, and those that are numbers."""

from r1data.curation.duplicates.facts import NUMBER_WORDS


def listed(words: str) -> list[str]:
    """Return the words of a text that lists them."""
    return words.split()


COMMON = frozenset(
    listed(
        """
        a an the of to in on at by for from with as into per than then that this these those it its
        is are was were be been being am do does did done has have had having will would can could
        shall should may might must not no and or but if so such there here when where which who
        whom whose what why how he she they we you i his her him them their our your my me us each
        every all any some both either other another one also only just about over under between
        after before during while until up down out off again more most many much few less least
        let given find determine compute calculate evaluate number numbers value values total
        following answer question problem please express suppose
        """
    )
)
"""Words that stand in any text or any exercise: two texts that share them share nothing."""

COUNTS = {
    **{word: number for word, number in NUMBER_WORDS.items() if word not in ("zero", "one")},
    **dict(
        zip(
            listed(
                """
                thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty
                fifty sixty seventy eighty ninety hundred thousand million dozen
                """
            ),
            (
                *map(str, range(13, 21)),
                *map(str, range(30, 100, 10)),
                "100",
                "1000",
                "1000000",
                "12",
            ),
            strict=True,
        )
    ),
    **dict.fromkeys(listed("twice double doubles doubled half halves halved pair second"), "2"),
    **dict.fromkeys(listed("thrice triple triples tripled third thirds"), "3"),
    **dict.fromkeys(listed("fourth fourths quarter quarters"), "4"),
    **{word: str(number) for number, word in enumerate(listed("fifth sixth seventh eighth"), 5)},
}
"""Words that are read as a number: `twice as many` and `half as many` alike."""
