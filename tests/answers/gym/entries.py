"""Problems of reasoning-gym as rows hold them, and texts that would run a program if evaluated."""

import json

from r1data.prompts.generator_process import problem_maker, scoring_metadata

ALPHABETS = {
    "full-width": (0xFF21, 0xFF41),
    "bold": (0x1D400, 0x1D41A),
    "italic": (0x1D434, 0x1D44E),
    "bold script": (0x1D4D0, 0x1D4EA),
    "fraktur": (0x1D56C, 0x1D586),
    "double-struck": (0x1D538, 0x1D552),
    "sans-serif": (0x1D5A0, 0x1D5BA),
    "monospace": (0x1D670, 0x1D68A),
    "circled": (0x24B6, 0x24D0),
}
"""Letters that Unicode folds into ASCII: where the capitals begin, and the small letters."""
RAISED = str.maketrans("integrate", "ⁱⁿᵗᵉᵍʳᵃᵗᵉ")
LOWERED = str.maketrans("aeiorst", "ₐₑᵢₒᵣₛₜ")


def written_in(alphabet, text):
    """Write the ASCII letters of a text in another alphabet."""
    capitals, small = ALPHABETS[alphabet]
    letters = {chr(ord("A") + n): chr(capitals + n) for n in range(26)}
    letters |= {chr(ord("a") + n): chr(small + n) for n in range(26)}
    return text.translate(str.maketrans(letters))


def attribute_chain(program, alphabet="full-width"):
    """Return an expression of attributes alone that builds a program's text and has SymPy parse it.

    Hexadecimal digits are read off the name of a symbol; `S` parses a text, and so evaluates it.
    """
    name, strip, join, split, encode, fromhex, decode = (
        f".{written_in(alphabet, word)}"
        for word in ("name", "strip", "join", "split", "encode", "fromhex", "decode")
    )
    digits = program.encode().hex()
    stand_ins = dict(zip("abcdef", "äáâàåã", strict=True))
    coded = "".join(stand_ins.get(digit, digit) for digit in digits)
    coded = "ö".join(coded[start : start + 10] for start in range(0, len(coded), 10))
    text = f"é{coded}{name}{strip}(é{name})"
    for letter in sorted(set(digits) & stand_ins.keys()):
        text = f"{letter}{name}{join}({text}{split}({stand_ins[letter]}{name}))"
    text = f"é{name}{strip}(é{name}){join}({text}{split}(ö{name}))"
    return f"S(é{name}{encode}(){fromhex}({text}){decode}())"


def entry_of(task, seed=5):
    return problem_maker(task, {})(seed)


def row_of(task, entry, answer, **columns):
    """Return a row of `r1data verify` that answers a problem."""
    return {
        "completion": f"<answer>{answer}</answer>",
        "gold_answer": entry["answer"] or "",
        "verifier": "reasoning_gym",
        "metadata": scoring_metadata(task, {}, entry),
        **columns,
    }


def changed(entry, field, value):
    """Return an entry whose metadata say something else; a field may lie in another."""
    copy = json.loads(json.dumps(entry))
    place = copy["metadata"]
    *way, last = field.split(".")
    for key in way:
        place = place[key]
    place[last] = value
    return copy
