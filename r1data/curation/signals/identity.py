"""Identity: names of models and makers by which a completion speaks of itself.

Talk about models is none. A name counts where the first person bears it ("I am Qwen, made by
Alibaba Cloud"), not where the sentence denies it, quotes it, or is about somebody else.
"""

# ruff: noqa: RUF001 - letters and marks of other scripts are the point

import re
from collections import deque
from collections.abc import Iterator

import polars as pl

from r1data.curation.content.model_names import HOMONYMS, SIGN, WRITTEN, Named, find_names
from r1data.curation.signals.signal import Means, Signal
from r1data.patterns import lazy
from r1data.settings import Settings

COLUMNS = {"self_names": pl.List(pl.String)}
MAX_BEFORE = 200
"""Characters of a sentence that are looked at before a name, and behind it."""
MAX_NAMES = 200
"""Names of a text that are looked at: who names more writes about models."""
SENTENCE_END = lazy(r"[.!?…]['\"”’*)]*\s|[。！？\n]")
SUBJECT = lazy(
    r"(?i:\b(?:I am|I['’]m|I was|I(?: have|['’]ve) been|my names?(?: is|['’]s)|call me|me as"
    r"|known as|my (?:creator|developer|maker|owner|company|name)s?(?: is| are|,)|this is"
    r"|je suis|je m['’]appelle|soy|me llamo|mi nombre es|ich bin|ich hei(?:ß|ss)e|mein Name ist"
    r"|eu sou|meu nome é|sono|mi chiamo|меня зовут|as)(?!\w))|\b[яЯ](?= ?[—–-])"
    r"|我的(?:名字|开发者|创造者)|作为|这里是|叫我|称呼我为|称我为|我|私は|私の名前は|저는|나는"
)
AI = lazy(
    r"(?i:\b(?:A\.?I\.?|artificial|language model|model|assistant|chatbot|LLM|asistente|modelo"
    r"|modèle|Sprachmodell|KI|модель|помощник|ассистент)\b)|模型|助手|人工智能|AI|机器人|アシスタント|모델"
)
MADE_ZH = "开发|训练|研发|创建|创造|推出|打造|设计|构建|发布|制作|发明"
MADE = lazy(
    r"(?i:\b(?:developed|created|trained|built|made|designed|produced|fine-?tuned|launched|released"
    r"|maintained|powered|programmed|hosted|entrenado|creado|desarrollado|entraîné|créé|développé"
    r"|entwickelt|trainiert|creators?|developers?|makers?)\b)"
    rf"|{MADE_ZH}|разработ|созда|обуч"
)
DESCRIBING = (
    "a an the your by at from on of and or in with it which that is was been have has i am are ai"
    " large small big advanced powerful new latest open source open-source opensource pretrained"
    " pre-trained multimodal conversational virtual digital computer program system software text"
    " text-based chat bot robot machine learning neural network transformer generative based llm"
    " large-scale super-large super-large-scale helpful harmless honest friendly smart intelligent"
    " reasoning personal online named called known as also simply just actually indeed currently"
    " independently specifically originally first researchers research engineers team lab labs a.i"
    " company group cloud inc corporation version variant member part series family architecture"
    " technology startup chinese american french un une le la el de des del der die das ein eine"
    " par por von und et y e da do du grand grande gran großes große langage lenguaje linguagem"
    " intelligence inteligencia artificielle artificial virtuel virtuelle большая языковая"
    " компанией от это"
)
FILLING = frozenset(DESCRIBING.split())
"""Words that may stand between the first person and the name."""
FILLING_ZH = lazy(
    "一个|一款|一名|一种|一位|由|是|来自|基于|超大规模|大规模|大型|大|语言|人工|智能|聊天|对话"
    "|生成式|预训练|开源|自主|独立|研究|提供|的|公司|集团|旗下|团队|实验室|叫做|叫|名叫|名为|您|你"
    "|全新|最新|中国|美国|技术|程序|系统|工具|推理|所|和|与|及|也|并|に|が|した|によって|で|は|の"
)
WORD = lazy(r"[^\W_][\w.'’-]*")
OTHERS = lazy(
    r"['’]?s? ?(?:users?|fans?|customers?|employees?|engineers?|developers?|researchers?|experts?"
    r"|scientists?|consultants?|specialists?|certified|partner|的?(?:员工|用户|粉丝|工程师|研究员))"
)
"""What makes of "I am a ChatGPT" somebody else."""
THEN_I = lazy(r"\s*[,，]\s*(?:(?:I|my)\b|我)")
THEN_I_LATER = lazy(r"[^.!?\n。]{0,120}?[,，]\s*(?:(?:I|my)\b|我)")
SAID_OF_ANY = ("as", "作为", "this is", "known as")
"""What begins a description of anybody, unless the first person follows."""
QUOTES = frozenset("\"“‘'「『`《")
ABOUT_ME = lazy(
    rf" (?:developed|created|trained|built|made|designed|fine-tuned) me\b|\s?(?:{MADE_ZH})了我"
)
BY_THEM = lazy(rf"\s?(?:公司|集团|团队)?(?:自主|独立)?(?:{MADE_ZH})(?!者|人员|师)")


class IdentityLimits(Settings):
    """The names by which a rollout that is kept may speak of itself."""

    allowed: tuple[str, ...] = ()
    """Names of `self_names` that may stand: those of the model you train, and of its maker."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that it bears another name, by drop reason."""
        others = pl.col("self_names").list.set_difference(list(self.allowed))
        return {"other_identity": others.list.len() > 0}


def self_names(text: str) -> list[str]:
    """Return the models and makers by whose names a text speaks of itself, each once, in order.

    >>> self_names("I am Qwen, created by Alibaba Cloud. Ask me about GPT-4.")
    ['Qwen', 'Alibaba']
    >>> self_names("I am not ChatGPT; OpenAI released GPT-4 in 2023.")
    []
    """
    named = []
    for place, one in enumerate(find_names(text)):
        if place >= MAX_NAMES:
            break
        if _is_own(text, one):
            named.append(one.name)
    return [*dict.fromkeys(named)]


def _is_own(text: str, named: Named) -> bool:
    """Say whether the first person of its sentence bears a name."""
    before = _last_sentence(text[max(0, named.start - MAX_BEFORE) : named.start])
    after = text[named.end : named.end + MAX_BEFORE]
    if OTHERS.match(after):
        return False
    if ABOUT_ME.match(after):
        return True
    subject = _last(SUBJECT.finditer(before))
    if subject is None or before[: subject.start()][-1:] in QUOTES:
        return False
    between = before[subject.end() :]
    return _is_filling(between) and _is_meant(subject[0], between, named, after)


def _last_sentence(text: str) -> str:
    end = _last(SENTENCE_END.finditer(text))
    return text[end.end() :] if end else text


def _last(found: Iterator[re.Match[str]]) -> re.Match[str] | None:
    return next(iter(deque(found, maxlen=1)), None)


def _is_filling(between: str) -> bool:
    """Say whether nothing but a description stands between the first person and the name."""
    rest = FILLING_ZH.sub(" ", AI.sub(" ", MADE.sub(" ", WRITTEN.sub(" ", between))))
    return all(word.casefold() in FILLING for word in WORD.findall(rest))


def _is_meant(subject: str, between: str, named: Named, after: str) -> bool:
    """Say whether a name is that of a model or of a maker, and the first person means itself."""
    has_model = any(not one.is_maker for one in find_names(between))
    is_made = bool(MADE.search(f"{subject}{between}") or BY_THEM.match(after)) or has_model
    is_told = is_made or bool(AI.search(between) or AI.match(after.lstrip()))
    if subject.casefold() in SAID_OF_ANY:
        is_direct = not named.is_maker and not between.strip()
        if not (THEN_I if is_direct else THEN_I_LATER).match(after):
            return False
        is_told = is_told or (is_direct and named.name not in HOMONYMS)
    elif not named.is_maker:
        has_maker = any(one.is_maker for one in find_names(after))
        is_told = is_told or named.name not in HOMONYMS or has_maker or bool(AI.search(after))
    return is_told


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    is_searched = pl.col("completion").str.contains(SIGN)
    rows = texts.select("completion", is_searched=is_searched).iter_rows()
    names = [None if text is None else self_names(text) if is_so else [] for text, is_so in rows]
    return pl.DataFrame({"self_names": names}, schema=COLUMNS)


IDENTITY = Signal("identity", 1, COLUMNS, _measure)
"""Null where there is no completion. The reasoning counts too: it is trained on."""
