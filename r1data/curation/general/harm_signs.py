"""Signs of harm: words without which no rule of unsafe requests finds anything.

They decide where the rules look: most texts have none, and to look for words is far cheaper.
"""

from collections.abc import Mapping

LIKE_ASCII = str.maketrans(
    {
        "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}": "i",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "\N{LATIN SMALL LETTER LONG S}": "s",
        "\N{KELVIN SIGN}": "k",
    }
)
"""What a pattern takes for an ASCII letter where capitals do not count."""


def _signs(words: str, *phrases: str) -> tuple[str, ...]:
    return (*words.split(), *phrases)


SIGNS: Mapping[str, tuple[str, ...]] = {
    "weapons": _signs(
        "bomb explosive molotov grenade napalm thermite c4 dynamite landmine gun silencer"
        " suppressor firearm rifle automatic nerve sarin ricin anthrax mustard chlor cyanide poison"
        " weapon nuclear ied 炸 枪 武器 毒 手榴弹 燃烧"
    ),
    "self_harm": _signs(
        "my overdos suicide painless pro-ana proana anorexic hide yourself 自杀 自残 割腕 结束"
    ),
    "children": _signs(
        "sex nude naked porn erotic explicit molest seduc grop fondl groom attracted date dating"
        " kiss touch orgasm virgin kidnap lure jailbait loli pedophil child kid bab minor"
        " 色情 裸 性",
        *("ask her out", "sleep with", "cp video", "buy a "),
    ),
    "hate": _signs(
        "nigg faggot kike spic chink gook wetback raghead towelhead trann racist sexist homophobic"
        " semitic offensive stupid dumb lazy dirty smelly ugly unintelligent violent criminal"
        " greedy inferior evil ignorant trashy thug loud cheap disgusting steal hate despise kill"
        " exterminate deport hurt attack beat eliminate gas lynch enslave animal subhuman scum"
        " vermin trash thieves monkeys worthless property insult slur names trigger keep nazi"
        " hitler cleansing holocaust slavery 种族清洗 垃圾 蠢 低等 畜生",
        *("bad ", "t stand", "get rid of", "less ", "be allowed", "no longer", "go back to"),
        *("working with", "to work with", "white ", "master race", "race war", "women "),
    ),
    "violence": _signs(
        "kill murder poison stab shoot strangle torture assassinate drown suffocate drug hurt"
        " assault rape mutilate kidnap dose dosing hit break burn attack injure punch hang choke"
        " massacre terrorist bombing hire unleash threaten trafficker roofie overpass"
        " bridge 杀 毒 强奸 绑架 虐待",
        *("beat", "throw acid", "mass "),
    ),
    "crime": _signs(
        "rob steal shoplift break hijack carjack wire smuggl counterfeit launder blackmail extort"
        " forge embezzle scam pickpocket hack fraud stalk dox drugs cocaine meth crack heroin lsd"
        " virus password ponzi ssn ransomware 偷 抢劫 诈骗 洗钱 入侵 盗号 制毒 走私 伪造",
        *("install ", "fake ", "evade ", "cheat on my", "insurance ", "slash the", "dine and"),
        *("start a ", " address ", "social security"),
    ),
}
"""By kind of harm: each match of its pattern holds one of these, in lower case."""


def harm_signs(text: str) -> list[str]:
    """Return the kinds of harm of which a text has a sign: no more than a hint.

    >>> harm_signs("The band begun to play.")
    ['weapons']
    """
    lowered = text.translate(LIKE_ASCII).lower()
    return [kind for kind, signs in SIGNS.items() if any(sign in lowered for sign in signs)]
