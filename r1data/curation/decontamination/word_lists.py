"""Words by which no text is found: those that stand in any text, and those of LaTeX."""


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
