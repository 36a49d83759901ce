"""Which questions deserve a chain of thought, and which are answered at once.

DeepSeek-R1's general set has one for some tasks, and none for "simpler queries, such as `hello`"
(its paper, B.3.3); it prints no rule. Ours: a question deserves one if a careful person works
something out first, that is to calculate, to deduce, to weigh or order what is given, to plan, to
write code or a longer text, or to keep to a count. Greetings, questions about the model, one fact
or definition, a list of examples and a line of writing do not.
"""

import re

from r1data.curation.general.kinds import MAX_CHARS, PromptKind, prompt_kind
from r1data.patterns import lazy

MANY_WORDS = 80
"""A problem of so many words gives much to work on."""

TO_WORK_OUT = lazy(
    r"\b(?:calculat\w+|comput(?:e|ing)|solv(?:e|ing)|prove|proof|deriv(?:e|ation)|deduc\w+|infer"
    r"|evaluat(?:e|ing) (?:the|this|whether|an?)|probabilit\w+|equations?|integral|derivative"
    r"|how (?:many|much|long|far|fast|old) (?:\w+ ){0,6}(?:if|when|after|did|does|do|will|would"
    r"|left|in all|altogether|more|fewer)"
    r"|(?:average|mean|median|sum|product|area|perimeter|volume|percentage|power) (?:of|age|to the)"
    r"|(?:greatest|longest|shortest|largest|smallest|minimum|maximum) (?:common|increasing|in the"
    r"|of the|number)|square root|rank|prioriti[sz]e|classif(?:y|ication)|sort|arrange|taxonomy"
    r"|group (?:the|these)|categori[sz]e the following (?:\w+ )?(?:words|items|list|objects)"
    r"|order the following|puzzle|riddle|true or false|which (?:one )?of the following|logically"
    r"|following multiple[- ]choice|odd one out|analy[sz]e (?!(?:the|this) (?:\w+ )?sentence)"
    r"|analysis of|critiqu\w+|critically|compare and contrast|pros and cons|trade-?offs?"
    r"|an? (?:\w+ )?argument|debate|diagnose|debug|optimi[sz]e|predict|forecast|estimate"
    r"|hypothes\w+"
    r"|trajectory|step[- ]by[- ]step|work out|figure out|itinerary|detect|parse"
    r"|(?:new )?solution (?:to|for)|directions from|route from|review the (?:given|following)"
    r"|main (?:theme|idea|argument)|what is wrong with|character of|resolve the"
    r"|(?:fault|bug|error)s? in (?:this|the) (?:\w+ )?(?:program|code|function))\b"
    r"|计算|估算|求解|求(?!职|助|婚)|证明|推理|推断|方程|表达式|概率|分析|评估|比较|对比|排序"
    r"|分类|归类|优化"
    r"|因式|分解|进制|数据集|判断|转换为|生成数字|制定|规划|预测|辩论|逻辑|谜|翻转"
    r"|设计[^。]{0,10}(?:系统|网站|实验|计划|方案|算法|游戏|课程|策略)",
    re.IGNORECASE,
)
TO_PLAN = lazy(
    r"\b(?:design|develop|plan|devise|propose|create|come up with|build|formulate|draw up"
    r"|construct)"
    r" (?:an?|the|your) (?:\w+ ){0,3}(?:plan|strategy|system|experiment|study|algorithm|model"
    r"|solution|itinerary|curriculum|budget|game|policy|campaign|process|schedule|architecture"
    r"|framework|method|web ?page|database|website|app|routine|workout|timetable)\b",
    re.IGNORECASE,
)
WITH_NUMBER = lazy(
    r"\b(?:convert|simplif\w+|factor|round|expand|express|fahrenheit|celsius|add|subtract|multiply"
    r"|divide|complete the|[x-z])\b",
    re.IGNORECASE,
)
FORMULA = lazy(
    r"\d\s*[-+*/\u00d7\u00f7^=<>]\s*\(?-?\d|\d\s?[a-z]\s*[-+=\u2013]|\d\([a-z]|\$[^$\n]{3,80}\$"
    r"|\\frac|\\\(",
    re.IGNORECASE,
)
LONG_TEXT = lazy(
    r"\b(?:write|compose|develop|create|generate|produce|come up with|craft|draft|synthesi[sz]e"
    r"|make up|tell me|invent|provide|construct|design|prepare)"
    r"(?: (?!for\b|about\b|of\b|to\b|that\b|in\b|from\b|describ|summar)[\w'-]+){0,4}?"
    r" (?:story|stories|essay|article|blog(?: post)?|speech|novel|script|screenplay|report|poem|rap"
    r"|thesis|song|lyrics|ballad|sonnet|fable|monologue|business plan|white ?paper|proposal"
    r"|case study|storyline|plot|presentation|lesson plan|cover letter|outline|paper|play)\b"
    r"(?! (?:title|idea|topic|name|line|opening|statement|prompt))"
    r"|写一?[^。]{0,12}(?:故事|文章|作文|小说|演讲|报告|论文|诗|剧本|方案|计划书)",
    re.IGNORECASE,
)
COUNTED = lazy(
    r"\b(?:exactly|only) (?:\w+ )?(?:\d+|two|three|four|five|six|seven|eight|nine|ten) "
    r"(?:\w+ )?(?:words|sentences|lines|syllables|characters|letters)\b"
    r"|\b\d+\s?(?:-|to)\s?\d+ words\b|字以内|不超过\d+|[一二三四五六七八九十\d]句话",
    re.IGNORECASE,
)
NUMBER = lazy(
    r"(?<![\w.])\d[\d,.]*|\b(?:twice|half|double|triple|dozen|one|two|three|four|five)\b",
    re.IGNORECASE,
)
MANY_NUMBERS = 4
"""Numbers of a text that asks nothing: so many are conditions."""

ASKED_FOR = {
    "to_work_out": TO_WORK_OUT,
    "to_plan": TO_PLAN,
    "formula": FORMULA,
    "counted": COUNTED,
    "long_text": LONG_TEXT,
}
"""What a question asks for that is worked out first, by rule."""
ANSWERED_AT_ONCE = ("about_the_model", "simple")
"""The rules by which a question deserves none."""


def deserves_reasoning(problem: str) -> bool:
    """Tell whether a question deserves a chain of thought before its answer.

    >>> deserves_reasoning("hello"), deserves_reasoning("How many legs do 3 cats and 2 hens have?")
    (False, True)
    >>> deserves_reasoning("Name three mammals."), deserves_reasoning("Sort these words: b, a, c")
    (False, True)
    """
    return of_kind_deserves_reasoning(problem, prompt_kind(problem))


def of_kind_deserves_reasoning(problem: str, kind: PromptKind | None) -> bool:
    """Tell whether a question whose kind is known deserves a chain of thought before its answer."""
    return reasoning_rule(problem, kind) not in ANSWERED_AT_ONCE


def reasoning_rule(problem: str, kind: PromptKind | None) -> str:
    """Return the rule by which a question deserves a chain of thought, or by which it does not.

    >>> reasoning_rule("hello", "self_cognition"), reasoning_rule("Solve x + 1 = 3.", None)
    ('about_the_model', 'to_work_out')
    >>> reasoning_rule("Name a bird.", "factual_qa")
    'simple'
    """
    text = problem[:MAX_CHARS]
    if kind == "self_cognition":
        return "about_the_model"
    if kind == "software_engineering":
        return "software"
    if len(text.split()) > MANY_WORDS:
        return "many_words"
    asked = (name for name, pattern in ASKED_FOR.items() if pattern.search(text))
    return next(asked, None) or _by_numbers(text)


def _by_numbers(text: str) -> str:
    """Return the rule for a text that asks for nothing that is worked out, by its numbers."""
    numbers = len(NUMBER.findall(text))
    if numbers and WITH_NUMBER.search(text):
        return "with_number"
    is_question = "?" in text or "\N{FULLWIDTH QUESTION MARK}" in text
    return "many_numbers" if numbers >= (2 if is_question else MANY_NUMBERS) else "simple"
