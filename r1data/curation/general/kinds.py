"""Kinds of general prompts: what DeepSeek-R1's 200k that need no reasoning were of.

Its paper (B.3.3) names writing, factual question answering, self-cognition, translation, role-play
and software engineering. A prompt's kind is what its source is said to be of, else what a column of
its row says, else what its wording says; what is of none of them has none.
"""

import re
from typing import Literal, get_args

import polars as pl

from r1data.patterns import lazy
from r1data.settings import Settings, SourceName

PromptKind = Literal[
    "writing", "factual_qa", "self_cognition", "translation", "role_play", "software_engineering"
]
KINDS: tuple[PromptKind, ...] = get_args(PromptKind)

MAX_CHARS = 4_000
"""Of a problem so much is looked at, from its beginning: there it says what it wants."""

SELF = lazy(
    r"\b(?:who|what) (?:exactly )?are you\b(?=\W*$|,|\?| (?:called|made of|based on|exactly))"
    r"|\bwho (?:made|created|built|trained|developed|designed|owns?|programmed) you\b"
    r"|\b(?:what(?:'s| is)|do you have|tell me|may i (?:know|have)) (?:a |your )name\b"
    r"|\bwhat are you called\b|\b(?:introduce|describe) yourself\b|\babout yourself\b"
    r"|\bare you (?:(?:created|trained|made|built|developed|powered) by|based on)\b"
    r"|\bare you (?:an? )?(?:ai|chatgpt|gpt|human|robot|bot|real|llm|language model|machine)\b"
    r"|\bare you (?:claude|gemini|llama|qwen|deepseek|mistral|siri|alexa)\b"
    r"|\bwhat (?:llm|language model|ai model|model) are you\b",
    re.IGNORECASE,
)
OF_YOU = lazy("你|您")
SELF_CHINESE = lazy(
    r"[你您](?:是|叫|身份|来自)|名字|身份|开发|创造|创作|制[造作]|训练|打造|诞生|作品|使命|职责"
    r"|目标|定位|功能|能力"
    r"|技能|优势|特[点长]|限制|隐私|用户|存在|助手|提供|帮助|可以做什么|能做什么|会说|工作"
    r"|描述自己|介绍|信赖"
    r"|机器人|AI|ChatGPT|OpenAI"
)
"""What is asked of somebody addressed, in a short Chinese question that is about nothing else."""
MAX_SELF_CHARS, MAX_CHINESE_CHARS = 120, 30
ENDS = r"[\s,.!?~\uff0c\u3002\uff01\uff1f]*"
GREETING = lazy(
    rf"\s*(?:(?:hi+|hello+|hey+|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|night"
    rf"|day)"
    rf"|thanks?|thank you|thx|ok(?:ay)?|bye|goodbye|see you|how are you(?: doing)?|what'?s up"
    rf"|nice to meet you|welcome|there|again|everyone|my friend|today|so much|very much|a lot|嘿|嗨"
    rf"|哈喽|你好|您好|早上好|下午好|晚上好|晚安|谢谢你?|多谢|再见|在吗|在么|很高兴(?:认识"
    rf"|见到)你|呀|啊){ENDS})"
    rf"{{1,6}}",
    re.IGNORECASE,
)
TRANSLATION = lazy(
    r"\btranslat(?:e|es|ed|ing|ion)s?\b(?! (?:look|table|unit))"
    r"|\b(?:in|into|to) (?:french|spanish|german|chinese|mandarin|japanese|italian|russian|korean"
    r"|portuguese|arabic|hindi|latin|dutch)\b[^.\n]{0,40}$"
    r"|翻译|译成|译为|用(?:英语|英文|法语|日语|德语|韩语|西班牙语)(?:怎么)?说",
    flags=re.IGNORECASE,
)
SOFTWARE = lazy(
    r"```|\b(?:python|java|javascript|typescript|c\+\+|c#|sql|html|css|php|rust|golang|bash|regex"
    r"|node\.?js|react|django|numpy|pandas|mysql|mongodb|postgres|api endpoint|json|xml|github"
    r"|pseudo-?code|source code|code snippet|web ?page|website layout|stack trace|unit tests?"
    r"|refactor|debug(?:ging)?|compile[rs]?|docker|kubernetes|git|linux command)\b"
    r"|\b(?:write|create|generate|implement|build|develop|code|fix|design|edit|modify|construct)\b"
    r"[^.\n]{0,60}\b(?:code|function|program|script|algorithm|class|query|app|application|database"
    r"|software|web app|command|bug|method|loop|regular expression)\b(?! (?:about|of film"
    r"|for a (?:play"
    r"|film|movie|tv)))|\bthe (?:following|given) (?:code|function|program|snippet|query)\b"
    r"|\bdef \w+\(|\bin this program\b|代码|编程|(?:写|创建|实现|编写|构建|设计)[^。]{0,12}"
    r"(?:函数(?!图)|程序(?!的名称)|脚本|算法|正则|数据库|网页|网站)|SQL",
    flags=re.IGNORECASE,
)
NOT_SOFTWARE = lazy(
    r"\b(?:script (?:for|of) an? \w+ ?(?:film|movie|play|scene|drama|show|comedy)|film script"
    r"|movie script|exercise program|training program|name (?:a|an|three|some|one)\b|what is"
    r"|explain|describe|list|tell me)\b",
    flags=re.IGNORECASE,
)
ROLE_PLAY = lazy(
    r"\b(?:role-?play(?:ing)?|pretend (?:to be|you(?:'re| are)|that you)|act as|acting as"
    r"|i want you to (?:act|be)|you will (?:act|play) |play the (?:role|part) of"
    r"|imagine you(?:'re| are)"
    r"|in the (?:voice|role|character|persona) of|stay in character|simulat(?:e|ing) a conversation"
    r"|as if you were|speak (?:like|as) an?)\b|^\s*(?:as|you are) an? (?!result\b|percentage\b"
    r"|rule\b)"
    r"[a-z][\w -]{2,40}[,.]|扮演|假装你|假设你是|你现在是|以.{1,12}的(?:身份|口吻|语气)|模拟对话",
    flags=re.IGNORECASE,
)
WRITING = lazy(
    r"\b(?:write|compose|draft|author|rewrite|re-?write|rephrase|paraphrase|summari[sz]e|proofread"
    r"|shorten|rework|reword|edit|brainstorm|compos(?:e|ing)|pen|craft|retell|narrate|caption"
    r"|restructure|correct version|grammar correction|the tone"
    r"|come up with|make up|synthesi[sz]e)\b"
    r"|\b(?:generate|create|produce|develop|construct|suggest|give|provide|make|tell|design|invent"
    r"|devise|form|add|insert|pose|put|prepare|complete|continue|finish|change|convert|turn"
    r"|transform|incorporate|formulate|list|propose)\b[^.\n]{0,70}?\b(?:story|stories|poem|haiku"
    r"|rap"
    r"|song|lyrics?|essay|article|blog|letter|e-?mail|tweet|slogan|tagline|headline|title|caption"
    r"|speech|joke|pun|metaphor|simile|analogy|sentences?|paragraph|dialogue|conversation|script"
    r"|narrative|scene|phrases?|quote|riddle|description|summary|retell|outline|advert\w*|ad|post"
    r"|review|obituary|biography|bio|storyline|plot|essay|report|message|invitation|press release"
    r"|questions?|names? for|hashtags?|adjectives?|voice|tense|recipe|monologue|line|lines|resume"
    r"|cover letter|presentation|proverb|idiom|alliteration|hyperbole|limerick|ballad|fable"
    r"|diary)\b"
    r"|写(?:一|出|作|篇|首|封|个)|撰写|作文|改写|润色|创作|编写(?!程序|代码)|总结|概括|续写|缩写"
    r"|造句|起(?:一个|个)?名",
    flags=re.IGNORECASE,
)
WRITING_CHINESE = lazy("写|翻译|故事|诗|代码|文章")
FACTUAL = lazy(
    r"^\W*(?:what|who|whom|whose|when|where|which|why|how|is|are|was|were|do|does|did|can|could"
    r"|should|will|would|has|have|name|list|define|explain|describe|tell|identify|give|provide"
    r"|state|mention|discuss|outline|briefly|summari[sz]e what|compare|distinguish|research|in what"
    r"|in the context|find out|recommend|suggest|create a list|make a list|generate a list|compile"
    r"|propose|(?:generate|create) (?:\w+ )?(?:steps|ideas|tips|ways|list)|evaluate an?"
    r"|list out|what's|who's|in which|at what|elaborate|specify|show me|share)\b"
    r"|[?\uff1f]\s*$|^\s*(?:什么|谁|哪|为什么|怎么|怎样|如何|请?(?:列举|列出|解释|说明|介绍|描述"
    r"|简述|给出|告诉|提供))"
    r"|(?:是什么|有哪些|多少|吗|呢)[?\uff1f]?\s*$",
    flags=re.IGNORECASE,
)
WORKED = lazy(
    r"\b(?:calculate|compute|solve|evaluate|rank|classify|categori[sz]e|group|sort|arrange|infer"
    r"|probability|equation|predict|the following (?:sentence|set|words|list|numbers|array)"
    r"|(?:in|of|for) (?:this|the given) (?:sentence|story|text|passage|article))\b"
    r"|计算|求解|证明|分类|排序|求",
    flags=re.IGNORECASE,
)
"""What asks to work on something that is given, which no kind is about."""


FACTUAL_FIRST = lazy(
    r"\W*(?:what|who|when|where|which|why|how|is|are|do|does|did|name|explain)\b", re.IGNORECASE
)
"""What begins a question, whatever follows."""


EDITING = lazy(
    r"^\W*(?:re-?write|rephrase|paraphrase|summari[sz]e|shorten|edit|restructure|reword|proofread"
    r"|write|compose|create|generate)\b|\b(?:correct version|grammar correction|the tone)\b",
    re.IGNORECASE,
)
"""What asks for other words for what is given."""

TOLD_BY = ("source", "column", "wording")
"""What tells a prompt's kind; the first that does counts."""


class Kinds(Settings):
    """Where a prompt's kind is said."""

    sources: dict[SourceName, PromptKind] = {}
    """The kind of all prompts of a source, by source."""
    column: str | None = None
    """A column of the rows that names the kind, among those that are mapped to nothing else."""


def prompt_kind(problem: str) -> PromptKind | None:
    """Return the kind of a prompt by its wording; None if it is of no kind.

    >>> prompt_kind("Write a haiku about the sea."), prompt_kind("Who are you?")
    ('writing', 'self_cognition')
    >>> prompt_kind("Which of 3 and 5 is smaller? Calculate it.") is None
    True
    """
    text = problem[:MAX_CHARS].strip()
    if _is_about_the_model(text):
        return "self_cognition"
    if TRANSLATION.search(text):
        return "translation"
    if ROLE_PLAY.search(text):
        return "role_play"
    if SOFTWARE.search(text) and not NOT_SOFTWARE.match(text):
        return "software_engineering"
    if WORKED.search(text) and not EDITING.search(text):
        return None
    if WRITING.search(text) and not FACTUAL_FIRST.match(text):
        return "writing"
    return "factual_qa" if FACTUAL.search(text) else None


def _is_about_the_model(text: str) -> bool:
    """Tell whether a text greets the model or asks who it is."""
    if len(text) > MAX_SELF_CHARS:
        return False
    if GREETING.fullmatch(text) or SELF.search(text):
        return True
    is_short = len(text) <= MAX_CHINESE_CHARS and OF_YOU.search(text)
    return bool(is_short and SELF_CHINESE.search(text) and not WRITING_CHINESE.search(text))


def prompt_kinds(prompts: pl.DataFrame, settings: Kinds) -> pl.Series:
    """Return the kind of each prompt: its source's, else its column's, else by its wording.

    What a column says is taken where it is one of the kinds, capitals and spaces aside.

    Args:
        prompts: Rows with `source`, `problem` and `other_columns`.
        settings: Where a kind is said.
    """
    said = _said(prompts, settings)
    return said.select(pl.coalesce(pl.all()).alias("prompt_kind")).to_series()


def told_kinds(prompts: pl.DataFrame, settings: Kinds) -> pl.DataFrame:
    """Return the `prompt_kind` of each prompt, and what says so as `told_by`.

    That is `source`, `column` or `wording`; null where the prompt is of no kind. The arguments are
    those of `prompt_kinds`.
    """
    return _said(prompts, settings).select(
        prompt_kind=pl.coalesce(pl.all()),
        told_by=pl.coalesce(
            pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in TOLD_BY
        ),
    )


def _said(prompts: pl.DataFrame, settings: Kinds) -> pl.DataFrame:
    """Return the kind that each of `TOLD_BY` says of each prompt; null where it says none."""
    rules = pl.Series([prompt_kind(problem) for problem in prompts["problem"]], dtype=pl.String)
    said = pl.lit(None, pl.String)
    if settings.column is not None:
        said = pl.col("other_columns").str.json_path_match(f"$.{settings.column}")
    written = said.str.strip_chars().str.to_lowercase().str.replace_all(r"[\s-]+", "_")
    of_source = pl.col("source").replace_strict(
        settings.sources, default=None, return_dtype=pl.String
    )
    return prompts.select(
        source=of_source, column=pl.when(written.is_in(KINDS)).then(written), wording=rules
    )
