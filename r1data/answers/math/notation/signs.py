"""Tables of equivalent signs and LaTeX commands, each with the one that is parsed."""

from r1data.answers.math.notation.vocabulary import FUNCTIONS, GREEK, names

WIDE = {chr(ord(sign) + 0xFEE0): sign for sign in "0123456789+-=<>/*,;:%()"}
ALIKE = {
    "-": "\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}"
    "\N{SMALL HYPHEN-MINUS}",
    ",": "\N{SMALL COMMA}",
    ";": "\N{IDEOGRAPHIC COMMA}",
    ":": "\N{RATIO}",
    "%": "\N{SMALL PERCENT SIGN}",
    "[": "【",
    "]": "】",
    "'": "\N{RIGHT SINGLE QUOTATION MARK}\N{PRIME}\N{MODIFIER LETTER PRIME}",
    "": "\u200b\u200c\u200d\u2060\ufeff\u2061\u2062",
}
COMMANDS = {
    "\N{MULTIPLICATION SIGN}": "times",
    "·": "cdot",
    "⋅": "cdot",
    "∙": "cdot",
    "÷": "div",
    "√": "sqrt",
    "π": "pi",
    "∞": "infty",
    "≤": "le",
    "⩽": "le",
    "≥": "ge",
    "⩾": "ge",
    "≠": "ne",
    "≈": "approx",
    "\N{UNION}": "cup",
    "∩": "cap",
    "∈": "in",
    "±": "pm",
    "∓": "mp",
    "θ": "theta",
    "\N{GREEK SMALL LETTER ALPHA}": "alpha",
    "β": "beta",
    "\N{GREEK SMALL LETTER GAMMA}": "gamma",
    "δ": "delta",
    "λ": "lambda",
    "\N{GREEK SMALL LETTER MU}": "mu",
    "\N{MICRO SIGN}": "mu",
    "φ": "phi",
    "ω": "omega",
    "\N{GREEK SMALL LETTER SIGMA}": "sigma",
    "\N{GREEK SMALL LETTER RHO}": "rho",
    "τ": "tau",
    "ε": "epsilon",
    "∅": "emptyset",
    "\N{DOUBLE-STRUCK CAPITAL R}": "R",
    "⟨": "langle",
    "⟩": "rangle",
    "≡": "equiv",
    "→": "to",
    "∧": "land",
    "\N{LOGICAL OR}": "lor",
    "¬": "neg",
}
FRACTIONS = {
    "½": (1, 2),
    "⅓": (1, 3),
    "⅔": (2, 3),
    "¼": (1, 4),
    "¾": (3, 4),
    "⅕": (1, 5),
    "⅛": (1, 8),
    "⅖": (2, 5),
    "⅗": (3, 5),
    "⅘": (4, 5),
    "⅙": (1, 6),
    "⅚": (5, 6),
    "⅐": (1, 7),
    "⅜": (3, 8),
    "⅝": (5, 8),
    "⅞": (7, 8),
    "⅑": (1, 9),
    "⅒": (1, 10),
}

SIGNS = str.maketrans(
    WIDE
    | {sign: same for same, signs in ALIKE.items() for sign in signs}
    | {sign: f" \\{command} " for sign, command in COMMANDS.items()}
    | {sign: f"\\frac{{{top}}}{{{bottom}}}" for sign, (top, bottom) in FRACTIONS.items()}
    | {"°": r"^{\circ}", "℃": r"^{\circ}C", "∛": r"\sqrt[3]", "…": r"\ldots "}
)
"""Unicode signs, and what is written for them."""

SAME = {
    **dict.fromkeys(("dfrac", "tfrac", "cfrac"), "frac"),
    **dict.fromkeys(("dbinom", "tbinom"), "binom"),
    **dict.fromkeys(("leq", "leqslant"), "le"),
    **dict.fromkeys(("geq", "geqslant"), "ge"),
    **dict.fromkeys(("varnothing", "empty"), "emptyset"),
    **dict.fromkeys(("lvert", "rvert", "vert", "mid"), "|"),
    **dict.fromkeys(("dots", "cdots", "dotsc", "hdots"), "ldots"),
    **dict.fromkeys(("arcsin", "asin"), "arcsin"),
    **dict.fromkeys(("degree", "degrees"), r"^{\circ}"),
    "neq": "ne",
    "bigcup": "cup",
    "vee": "lor",
    "wedge": "land",
    "lt": "<",
    "gt": ">",
    "colon": ":",
    "ast": "*",
    "div": "/",
    "lbrace": r"\{",
    "rbrace": r"\}",
    "lbrack": "[",
    "rbrack": "]",
    **dict.fromkeys(("micro", "upmu", "textmu"), "mu"),
    "varphi": "phi",
    "varepsilon": "epsilon",
}
"""Commands by another name, or as the sign that they are."""
GONE = names(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr displaystyle textstyle limits "
    "nolimits quad qquad rm bf it mathstrut hfill boxed fbox ensuremath underline large Large "
    "LARGE huge Huge small normalsize"
)
"""Commands for layout."""
PARTABLE = FUNCTIONS | GREEK | names("pi leq geq neq cdot times triangle le ge")
"""Commands that letters may be glued to."""
KNOWN = (
    PARTABLE
    | frozenset(SAME)
    | names(
        "frac sqrt binom text begin end infty cup cap in notin ne pm mp circ overline langle "
        "rangle lfloor rfloor lceil rceil sum int prod lim dollar approx equiv ldots prime to "
        "therefore emptyset R Z N Q C lor land vec hat bar setminus subset subseteq"
    )
)
"""Commands that are left as they are."""
