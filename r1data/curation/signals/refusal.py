"""Refusals, disclaimers of an AI, and boilerplate at both ends of a response.

A refusal counts where the response itself declines, at its beginning. One that a text quotes or a
person of it utters ("I'm sorry, but I can't come on Friday") is none, nor is a question for what is
missing ("You have given no text").
"""

# ruff: noqa: RUF001 - marks of other scripts are the point

import polars as pl

from r1data.curation.signals.signal import Means, Signal
from r1data.settings import Settings

COLUMNS = {
    "is_refusal": pl.Boolean,
    "has_ai_disclaimer": pl.Boolean,
    "has_boilerplate_opening": pl.Boolean,
    "has_boilerplate_closing": pl.Boolean,
}
HEAD = 400
"""Characters at the beginning of a response in which it refuses."""
TAIL = 250
"""Characters at its end in which a closing phrase stands."""
LEAD = r"^[^\"“”«:\n]"
"""What may stand before a refusal: no quotation, no speaker, no salutation on its own line."""
CANNOT = (
    r"\bI(?: really| just| simply| also|'m afraid I|'m sorry I)?(?: cannot| can not| can't"
    r"| won't| will not| must decline to| have to decline to| refuse to"
    r"| don't think I (?:can|should)"
    r"| (?:don't|do not) feel comfortable|(?: am|'m)(?: really| just| simply)? (?:unable"
    r"|not (?:able|allowed|permitted|comfortable|going|programmed|designed|capable|willing))"
    r"(?: to| of| with)?)(?: (?:ethically|legally|directly|actually|currently|in good conscience))?"
)
HELP = (
    r"(?:help(?:ing)?(?: (?:you|with|anyone|people|him|her|them|someone)|[.,!;]|$)|assist|provid"
    r"|fulfil|comply|answer(?:ing)?\b|creat(?:e|ing)\b|generat|discuss|engag|shar(?:e|ing)\b"
    r"|participat|do (?:that|this|so)\b|giv(?:e|ing) (?:you|out|any|advice|that|instructions"
    r"|medical|legal|details|information)|tell(?:ing)? you\b|complete (?:this|that|your)|process"
    r"|produc|facilitat|writ(?:e|ing) (?:that|this|such|an?|about|content|code)\b|offer|respond)"
)
ENCOURAGE = (
    r"(?:condon|encourag|promot|endors|recommend|advis|support|talk|speak|say|continu|look up)"
)
AS_AN_AI = (
    r"as an? (?:responsible |helpful |text-based |large )*(?:A\.?I\.?|artificial intelligence"
    r"|(?:large )?language model|chatbot)(?: language)?(?: model| assistant| chatbot| system)?"
)
IN_ENGLISH = (
    rf"{LEAD}{{0,200}}?{CANNOT} {HELP}",
    rf"{LEAD}{{0,40}}?\b(?:sorry|apologi[sz]e|afraid|unfortunately)\b[^\"“”«:\n]{{0,80}}?"
    rf"{CANNOT}(?: (?:{HELP}|{ENCOURAGE})|[.!]|, (?:but|as|because))",
    rf"{LEAD}{{0,40}}?\b(?:sorry|apologi[sz]e|afraid|unfortunately)\b[^\"“”«:\n.]{{0,40}}?"
    r"\b(?:that|this|it)(?: \w+)?(?:'s| is| isn't| would be)[^.,\n]{0,40}?(?:confidential"
    r"|against (?:my|our|the)|inappropriate|appropriate"
    r"|something I (?:can|could|am)|prepared to|for me to help)",
    rf"{LEAD}{{0,120}}?\b{AS_AN_AI}\b[^.:\n\"“”«]{{0,60}}?{CANNOT}",
)
SORRY_ZH = "(?:抱歉|对不起|不好意思|遗憾)"
CANNOT_ZH = "(?:无法|不能|不会|没办法|没有办法|没有能力|不可以|不便|拒绝)"
HELP_ZH = (
    "(?:提供|回答|满足|协助|帮助|帮您|帮你|完成|执行|支持|参与|生成|创建|写|讨论|处理|响应|继续"
    "|访问|看到|录制|绘制|展示|获取|为您|为你|给您|给你|给出|直接|透露|分享|告诉|评论|这样做)"
)
AI_ZH = "(?:AI|人工智能|语言模型|机器人|智能助手)"
IN_CHINESE = (
    rf"{LEAD}{{0,10}}?{SORRY_ZH}[^\"“”「\n？?]{{0,60}}?{CANNOT_ZH}[^，。\n]{{0,4}}?{HELP_ZH}",
    rf"{LEAD}{{0,20}}?我{CANNOT_ZH}(?:提供|协助|满足|帮助|帮您|帮你|回答|讨论|参与)",
    rf"{LEAD}{{0,20}}?(?:作为|是)(?:一|个|名|款|文字型|大|型|只){{0,4}} ?{AI_ZH}"
    rf"[^。\n\"“「]{{0,30}}?{CANNOT_ZH}",
)
ELSEWHERE = (
    rf"{LEAD}{{0,40}}?(?:désolée?|lo siento|perdón|lamento)[^\"“”«:\n]{{0,40}}?"
    r"(?:je ne (?:peux|suis)|no puedo|não posso|no me es posible)\b",
    rf"{LEAD}{{0,40}}?(?:desculpe|sinto muito|mi dispiace)[^\"“”«:\n]{{0,40}}?"
    r"(?:não|non) posso\b",
    rf"{LEAD}{{0,40}}?(?:tut mir leid|entschuldigung)[^\"“”«:\n]{{0,30}}?\bich (?:kann|darf)\b"
    r"[^.\n]{0,80}?\b(?:nicht|keine?n?)\b",
    rf"{LEAD}{{0,40}}?(?:извините|простите|к сожалению)[^\"“”«:\n]{{0,30}}?я не могу",
    rf"{LEAD}{{0,10}}?申し訳[^「\n]{{0,60}}?(?:できません|できかねます|お答えできない)",
    rf"{LEAD}{{0,10}}?죄송[^\"\n]{{0,60}}?수 없습니다",
)
REFUSES = "(?i)" + "|".join((*IN_ENGLISH, *IN_CHINESE, *ELSEWHERE))
LACKS = (
    r"(?i)\b(?:you(?: have|'ve)? (?:not |haven't |didn't |did not )(?:provided?|given?|specif)"
    r"|(?:please|could you|can you) (?:provide|give me|share|specify|clarify)"
    r"|not enough information|need more (?:information|context|details))"
    r"|(?:没有|未|没)(?:给|向|为)?(?:我|出|提供|给出|告诉|指定)|请(?:您)?(?:重新)?提供|所?提供的信息"
    r"|(?:如果|若|能否|可以)[您你]?(?:能够?|可以)?(?:进一步)?提供"
)
"""What asks for something that the problem lacks: no refusal."""
GOES_ON = (
    r"(?i)\b(?:closed[- ]form|exact (?:value|answer|solution|form)|by hand|numerically"
    r"|(?:so|but|and),? (?:please |I will |I'll |we )?(?:assum(?:e|ing)|suppos(?:e|ing)"
    r"|let(?:'s| us) (?:assume|suppose|say|take)|let [a-z]\b)"
    r"|(?:so|but),? here(?:'s| is) (?:an?|the|my) (?:\w+ ){0,2}(?:program|script|code|solution"
    r"|answer|approximation|estimate|derivation|proof))"
)
"""What says that a response finds another way to an answer: no refusal."""
DISCLAIMS = (
    rf"(?i)(?:^|[.!?,;\n。！？] ?|\b(?:but|however|because|since|and|that|unfortunately),? )"
    rf"(?:{AS_AN_AI}(?: (?:developed|created|trained|made|built)\b[^.,\n]{{0,60}})?(?:,| I\b)"
    r"|I(?:'m| am)(?: just| only| merely)? (?:an AI (?:language model|assistant|model)"
    r"|a (?:large )?language model|an artificial intelligence)\b)"
    rf"|作为(?:一|个|名|款|文字型|大型)*(?:AI|人工智能|语言模型)[^，。\n]{{0,10}}[，,]? ?我"
    rf"|我(?:只|仅仅)?是一?(?:个|款|名)?(?:大型)?(?:文本|语言)?(?:AI|人工智能|语言模型|聊天机器人)"
)
MAY_REFUSE = (
    *(
        "i can",
        "i'm",
        "i am",
        "i won't",
        "i will not",
        "i must",
        "i have to",
        "i refuse",
        "i don't",
    ),
    *("i do not", "i really", "i just", "i simply", "i also", "ésol", "lo siento", "perdón"),
    *("lamento", "desculpe", "sinto muito", "mi dispiace", "leid", "entschuld", "звините"),
    *("ростите", "сожалению", "申し訳", "죄송", "抱歉", "对不起", "不好意思", "遗憾", "作为", "我"),
    *("是一", "ai"),
)
"""A head without any of these, in any case of letters, refuses nothing."""
MAY_DISCLAIM = (
    *("an ai ", "an ai,", "an a.i.", "le ai ", "ul ai ", "artificial intel", "language model"),
    *("chatbot", "人工智能", "语言模型", "机器人", "一个ai", "为ai", "是ai", "款ai", "名ai"),
)
"""A response without any of these, in any case of letters, disclaims nothing."""
OPENS = (
    r"(?i)^(?:(?:sure(?: thing)?|certainly|of course|absolutely|definitely|no problem"
    r"|(?:that's an? )?(?:great|good|excellent|interesting) question|happy to help)[!.,]"
    r"|i'd be (?:happy|glad|delighted) to|thank(?:s| you) for (?:your question|asking|reaching out)"
    r"|(?:当然(?:可以)?|好的|没问题|感谢您的提问|谢谢您的提问)[！，。!,]|(?:很|非常)(?:高兴|乐意)(?:为|能))"
)
CLOSES = (
    r"(?i)(?:\bhope (?:this|that|it) (?:helps?|was helpful|clarifies|answers)\b"
    r"|\blet me know (?:if|whether|how|what)\b|\b(?:feel free|don't hesitate) to (?:ask|reach|let"
    r"|contact|share)\b|\bis there anything (?:else|more)\b|\bhappy to (?:help|assist)"
    r"[^.\n]{0,40}[.!]"
    r"|\bif you have any (?:other |more |further |additional )?(?:questions|concerns)\b"
    r"|希望[^。\n]{0,12}(?:帮助|有用|有所帮助)"
    r"|如果?[您你]?还?有(?:任何|其他|更多|别的)[^。\n]{0,8}(?:问题|疑问|需要)"
    r"|随时(?:告诉|联系|问|提问|向我)|还有什么[^。\n]{0,10}(?:帮|问题))"
)


class RefusalLimits(Settings):
    """The refusals and phrases that a rollout that is kept may hold."""

    allow_refusals: bool = False
    """Whether a response may decline what was asked."""
    allow_disclaimers: bool = False
    """Whether it may speak as an AI ("As an AI language model, ...")."""
    allow_boilerplate: bool = True
    """Whether it may begin with "Sure!" and end with "Let me know if ...", and their like."""

    def faults(self) -> dict[str, pl.Expr]:
        """Return what says of a row of signals that it holds what it may not, by drop reason."""
        is_boilerplate = pl.col("has_boilerplate_opening") | pl.col("has_boilerplate_closing")
        return {
            "refusal": pl.col("is_refusal") & (not self.allow_refusals),
            "ai_disclaimer": pl.col("has_ai_disclaimer") & (not self.allow_disclaimers),
            "boilerplate": is_boilerplate & (not self.allow_boilerplate),
        }


def find_refusals(response: pl.Expr) -> dict[str, pl.Expr]:
    """Return what says of a response that it refuses, disclaims and is begun or ended by rote.

    >>> texts = pl.DataFrame({"response": ["I'm sorry, but I can't help you.", "I can't swim."]})
    >>> texts.select(find_refusals(pl.col("response"))["is_refusal"]).to_series().to_list()
    [True, False]
    """
    plain = response.str.replace_all("’", "'", literal=True)
    head = plain.str.slice(0, HEAD).str.strip_chars_start()
    refusing = _where_any(head, MAY_REFUSE)
    return {
        "is_refusal": refusing.str.contains(REFUSES)
        & ~refusing.str.contains(LACKS)
        & ~refusing.str.contains(GOES_ON),
        "has_ai_disclaimer": _where_any(plain, MAY_DISCLAIM).str.contains(DISCLAIMS),
        "has_boilerplate_opening": head.str.contains(OPENS),
        "has_boilerplate_closing": plain.str.slice(-TAIL).str.contains(CLOSES),
    }


def _where_any(text: pl.Expr, needles: tuple[str, ...]) -> pl.Expr:
    """Return a text where it holds one of some words, else nothing."""
    holds = text.str.contains_any(list(needles), ascii_case_insensitive=True)
    return pl.when(holds).then(text).otherwise(pl.lit(""))


def _measure(texts: pl.DataFrame, _means: Means) -> pl.DataFrame:
    has_text = pl.col("completion").is_not_null()
    found = find_refusals(pl.col("response"))
    return texts.select(pl.when(has_text).then(is_so).alias(name) for name, is_so in found.items())


REFUSAL = Signal("refusal", 2, COLUMNS, _measure)
"""Null where there is no completion; a response that is empty refuses nothing."""
