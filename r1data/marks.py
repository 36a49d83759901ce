"""Marks in completions: think tags of all makes, and the texts of end tokens.

The makes are those of public models, datasets and servers: their chat templates, and the reasoning
parsers of vLLM and SGLang, say which. A mark that a text quotes, as code or between quotation
marks, is none.
"""

# ruff: noqa: RUF001 - the marks of some makes are made of look-alike letters

import re
from collections import Counter
from typing import NamedTuple

STRONG_WORDS = r"[a-z]{0,10}think(?:ing)?(?:[_-][a-z]{1,20})?"
WEAK_WORDS = (
    r"thoughts?(?:[_-]process)?|reasoning(?:[_-](?:process|steps|trace))?|reason|scratch_?pad"
    r"|reflection|analysis|rationale|cot|monologue|planning|plan|brainstorm(?:ing)?|deliberation"
)
"""Words that prose and code hold too: an opening tag of theirs begins its line."""
WORDS = rf"(?:{STRONG_WORDS}|{WEAK_WORDS})"
PREFIX = r"(?:[a-z]{1,20}[:_-]){0,3}"
PIPED = r"(?:think(?:ing)?|thoughts?|reasoning|chain[_▁]of[_▁]thought)"
TO_MESSAGE = r"\b[^<\n]{0,80}(?:<\|constrain\|>\s{0,5}\w{1,20})?<\|message\|>"
MAKES: tuple[tuple[str, str, str], ...] = (
    (
        "angle",  # <think>, <THINK>, <thinking>, <seed:think>, <longcat_think>, <reasoning>
        rf"<(?i:{PREFIX}{WORDS}(?:\s[^<>\n]{{0,80}})?)>",
        rf"</(?i:{PREFIX}{WORDS})\s?>",
    ),
    (
        "square",  # [THINK] of Magistral
        r"\[(?:THINK|THINKING|THOUGHT|REASONING)\]",
        r"\[/(?:THINK|THINKING|THOUGHT|REASONING)\]",
    ),
    ("triangle", "◁think(?:ing)?▷", "◁/think(?:ing)?▷"),  # Kimi
    (
        "piped",  # <|begin_of_thought|> of OpenThoughts, <|START_THINKING|> of Cohere
        rf"<[|｜](?i:(?:begin|start)(?:[_▁]?of)?[_▁]?{PIPED}|{PIPED}(?:[_▁:](?:begin|start))?)[|｜]>",
        rf"<[|｜](?i:end(?:[_▁]?of)?[_▁]?{PIPED}|{PIPED}[_▁:]end|/{PIPED}"
        r"|begin[_▁]of[_▁]solution)[|｜]>"
        r"|(?:<\|end\|>\s?)?<\|begin\|>\s?assistant\s?<\|content\|>",
    ),
    (
        "channel",  # gpt-oss
        rf"<\|channel\|>\s{{0,5}}(?:analysis|commentary){TO_MESSAGE}",
        r"(?:<\|end\|>\s{0,9})?(?:<\|start\|>\s{0,5}assistant\s{0,5})?"
        rf"<\|channel\|>\s{{0,5}}final{TO_MESSAGE}",
    ),
    ("gemma", r"<\|channel>(?:thought|analysis)?", r"<channel\|>"),
    ("apertus", r"<\|inner_prefix\|>", r"<\|inner_suffix\|>"),
    ("kimi", r"<\|open\|>\s*think\s*<\|sep\|>", r"<\|close\|>\s*think\s*<\|sep\|>"),
    ("pangu", r"\[unused16\]", r"\[unused17\]"),
    ("medgemma", r"<unused94>(?:thought\b)?", "<unused95>"),
    ("apriel", r"(?!)", r"\[BEGIN FINAL RESPONSE\]"),  # the prompt begins its reasoning
    ("turns", r"<\|im_start\|>think\b", r"<\|im_start\|>answer\b"),  # s1
    ("details", r"<details\s{1,5}type=\"reasoning\"[^<>\n]{0,200}>", "</details>"),  # Open WebUI
)
"""Each make's name, opening tag and closing tag, as patterns."""
SPECIAL_TOKEN = "|special_token|"
"""Stands before and after the reasoning in the pattern of DeepSeek-R1's first version."""
WORDS_THAT_PART: tuple[tuple[str, str], ...] = (
    (r"\|special_token\|", r"\|special_token\|"),  # DeepSeek-R1's first cold start
    (r"Here(?:['’]s| is) my thought process:", r"Here(?:['’]s| is) my response:"),  # Granite
    (
        r"#{1,3} Thinking[ \t]*\n",  # HuatuoGPT-o1
        r"(?<=\n)#{1,3} (?:Final )?(?:Response|Answer|Solution|Conclusion)\b:?",
    ),
    (r"analysis(?=[A-Z])", r"assistant\s?final"),  # gpt-oss, its tokens left out by a decoder
)
"""Words that part reasoning and response of makes without tags: only where a text begins so."""

END_TOKENS: tuple[str, ...] = (
    *("<|im_end|>", "<|endoftext|>", "<|end_of_text|>", "<|eot_id|>", "<|eom_id|>", "<|end|>"),
    *("<|return|>", "<|eot|>", "<|EOT|>", "<|eom|>", "<|eos|>", "<|eod|>", "<|end_of_turn|>"),
    *("<|endofturn|>", "[|endofturn|]", "<|END_OF_TURN_TOKEN|>", "<|end_of_sentence|>"),
    *("<|role_end|>", "<|endofassistant|>", "<|END_RESPONSE|>", "<|end_of_solution|>"),
    *("<|close|>response<|sep|>", "<|close|>message<|sep|>", "<｜end▁of▁sentence｜>"),
    *("<|end▁of▁sentence|>", "<end_of_turn>", "<turn|>", "<end_of_utterance>", "<end_of_text>"),
    *("<|assistant_end|>", "<seed:eos>", "</longcat_s>", "[e~[", "<eos>", "<eot>", "<eod>"),
    *("<EOT>", "[EOS]", "</s>", "[END FINAL RESPONSE]"),
)
"""Texts of tokens that end a turn; chat logs and many servers leave them in a completion."""
PAD_TOKENS = (
    *("<pad>", "<|pad|>", "[PAD]", "<|finetune_right_pad_id|>", "<｜▁pad▁｜>", "<seed:pad>"),
    *("[/INST]", "<|endofprompt|>", "<unk>", "<|vision_pad|>", "<|fim_pad|>"),
)
TURN_STARTS = (
    *("<|im_start|>", "<|start_header_id|>", "<start_of_turn>", "<|turn>", "<|start|>"),
    *(
        "<|user|>",
        "<|system|>",
        "<|assistant|>",
        "<|observation|>",
        "<｜User｜>",
        "<｜Assistant｜>",
    ),
    *("[|user|]", "[|assistant|]", "<|START_OF_TURN_TOKEN|>", "<|begin_of_text|>", "[INST]"),
)
"""Texts of tokens that begin a turn: after a response, that of somebody else."""

TURN_LABEL = re.compile(
    r"\n[ \t]*(?:#{1,6}[ \t]*)?[*_]{0,2}(?:user|human|instruction|question|problem|q|用户|问题)"
    r"[ \t]*[0-9]{0,3}[*_]{0,2}[ \t]*[:：]",
    re.IGNORECASE,
)
"""The beginning of another turn in words, after which a base model reasons anew."""


def _any(texts: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, texts))


_TAGS = "|".join(
    f"(?P<open_{name}>{opening})|(?P<shut_{name}>{closing})" for name, opening, closing in MAKES
)
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_BEGINNINGS: tuple[tuple[str, frozenset[str]], ...] = (
    ("<", _LETTERS | frozenset("abcdefghijklmnopqrstuvwxyz|｜/")),
    ("[", _LETTERS | frozenset("/|ue")),
    ("◁", frozenset("/tT")),
)
"""How marks begin: a text is searched for these alone, which is fast."""
_MARK = re.compile(f"{_TAGS}|(?P<end>{_any(END_TOKENS)}|{_any(TURN_STARTS)})")
WORDED = tuple(
    (re.compile(rf"\s*{opening}"), re.compile(closing)) for opening, closing in WORDS_THAT_PART
)
_TRAILING = re.compile(
    rf"(?:{_any(END_TOKENS + PAD_TOKENS + TURN_STARTS)}|<[|｜][A-Za-z][A-Za-z_▁:]{{2,40}}[|｜]>"
    r"|<0x[0-9A-F]{2}>)\Z"
)
BEGINNING = re.compile(
    rf"\s*(?:(?:{_any(PAD_TOKENS)}|<s>|<bos>|<\|begin_of_text\|>|<\|begin_of_solution\|>"
    r"|<\|START_RESPONSE\|>|<\|open\|>response<\|sep\|>|<\|assistant\|>|<｜Assistant｜>"
    r"|<\|(?:im_)?start\|>\s*assistant\b|<\|start_header_id\|>\s*assistant\s*<\|end_header_id\|>"
    r"|<start_of_turn>\s*model\b)\s*)+"
)
_WEAK = re.compile(rf"<{PREFIX}(?:{WEAK_WORDS})\b", re.IGNORECASE)
MAX_TOKEN = 60
"""Characters of a token's text, and more."""
_NAMED = re.compile(r" (?:tags?|tokens?|markers?|blocks?)\b| (?:and|or) [<\[◁]")
"""What follows a mark that a sentence names: `tags`, or `and` with the closing tag."""
_PAIRED = re.compile(r"[>\]▷] (?:and|or) $")
_WINDOW = 300
"""Characters of a line that are looked at to tell whether a mark in it is quoted."""
_OPENING_QUOTES, _CLOSING_QUOTES = "“‘«‹「", "”’»›」"
QUOTES = f"{_OPENING_QUOTES}\"'"
"""Marks that stand before what is quoted."""


class Mark(NamedTuple):
    """A tag or a token's text, and where it stands."""

    kind: str
    """`open` and `shut` of think tags; `end` of tokens that end a turn or begin another's."""
    make: str
    """What an opening tag and its closing one share; empty for tokens."""
    start: int
    end: int


def strip_end_tokens(text: str) -> str:
    """Return a text without the texts of end tokens and pads at its end.

    White space before them goes with them; a text that ends in none is returned as it is.

    >>> strip_end_tokens("5</s><pad><pad>"), strip_end_tokens("5 ")
    ('5', '5 ')
    """
    end = kept = len(text)
    while True:
        while end and text[end - 1].isspace():
            end -= 1
        is_possible = end > 0 and text[end - 1] in "]>["
        token = _TRAILING.search(text, max(0, end - MAX_TOKEN), end) if is_possible else None
        if token is None:
            return text[:kept]
        end = kept = token.start()
        while kept and text[kept - 1].isspace():
            kept -= 1


def find_end_token(text: str) -> str | None:
    """Return the first end token's text that stands in a text and is not quoted, or None.

    >>> find_end_token("4<|im_end|>"), find_end_token("a `</s>` tag")
    ('<|im_end|>', None)
    """
    return next(
        (text[mark.start : mark.end] for mark in find_marks(text) if mark.kind == "end"), None
    )


def has_think_tags(text: str) -> bool:
    """Say whether a think tag of any make stands in a text and is not quoted.

    >>> has_think_tags("[THINK]"), has_think_tags("a < b")
    (True, False)
    """
    return any(mark.kind != "end" for mark in find_marks(text))


def find_marks(text: str) -> list[Mark]:
    """Return the think tags of all makes and the texts of tokens in a text, but for quoted ones."""
    found: list[Mark] = []
    mentioned: Counter[str] = Counter()
    for start in _candidates(text):
        if found and start < found[-1].end:
            continue
        match = _MARK.match(text, start)
        if match is None:
            continue
        kind, _, make = str(match.lastgroup).partition("_")
        if make == "angle":
            make = match[0].strip("</>").split()[0].lower()
        mark = Mark(kind, make, match.start(), match.end())
        if _is_quoted(text, mark):
            continue
        if _is_mentioned(text, mark):
            mentioned[make] += 1
        elif mark.kind == "shut" and mentioned[make]:
            mentioned[make] -= 1
        else:
            found.append(mark)
    return found


def _candidates(text: str) -> list[int]:
    """Return where marks may begin, in order."""
    found = []
    for character, followers in _BEGINNINGS:
        position = text.find(character)
        while position >= 0:
            if text[position + 1 : position + 2] in followers:
                found.append(position)
            position = text.find(character, position + 1)
    return sorted(found)


def _is_quoted(text: str, mark: Mark) -> bool:
    """Say whether a mark stands in code within a line, or between quotation marks."""
    start = max(text.rfind("\n", 0, mark.start) + 1, mark.start - _WINDOW)
    before = text[start : mark.start]
    after = text[mark.end : mark.end + _WINDOW].partition("\n")[0]
    if before.count("`") % 2 and "`" in after:
        return True
    if _NAMED.match(after) or (mark.kind == "shut" and _PAIRED.search(before)):
        return True
    left, right = before[-1:], after[:1]
    if not left or not right:
        return False
    if left == right == '"':
        return before.count('"') % 2 == 1
    if left == right == "'":
        return before[-2:-1] in ("", " ", "(")
    return left in _OPENING_QUOTES and right in _CLOSING_QUOTES


def _is_mentioned(text: str, mark: Mark) -> bool:
    """Say whether a mark is an opening tag of a weak word that does not begin its line."""
    if mark.kind != "open" or not _WEAK.match(text, mark.start, mark.end):
        return False
    line = text[max(text.rfind("\n", 0, mark.start) + 1, mark.start - _WINDOW) : mark.start]
    return bool(line.strip()) and not line.rstrip().endswith((">", "]"))
