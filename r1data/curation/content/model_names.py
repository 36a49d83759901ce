"""Names of models and of their makers, as completions write them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from r1data.patterns import lazy

MODELS: Mapping[str, str] = {
    "ChatGPT": r"Chat[- ]?GPT(?:-[0-9][.0-9a-z]{0,3})?",
    "GPT": r"GPT[- ]?[0-9](?:[.0-9a-z]{0,3}[0-9a-z])?(?:[- ](?:turbo|mini|nano))?",
    "Claude": r"Claude(?:[- ](?:[0-9](?:\.[0-9])?|Opus|Sonnet|Haiku|Instant)){0,3}",
    "Gemini": r"Gemini(?:[- ](?:[0-9](?:\.[0-9])?|Pro|Flash|Ultra)){0,3}",
    "Bard": r"Bard",
    "Gemma": r"Gemma(?:[- ]?[0-9])?",
    "Qwen": r"Qwen(?:[- ]?[0-9](?:\.[0-9])?)?|QwQ(?:-32B)?|Tongyi(?: ?Qianwen)?"
    r"|通义千问|通义|千问",
    "DeepSeek": r"DeepSeek(?:[- ](?:R[0-9]|V[0-9](?:\.[0-9])?|Chat|Coder|Reasoner|LLM)){0,3}"
    r"|深度求索",
    "Llama": r"(?:Code ?)?Llama(?:[- ]?[0-9](?:\.[0-9])?)?",
    "Mistral": r"Mi[sx]tral(?:[- ](?:Large|Small|Medium|7B|8x7B))?|Magistral",
    "Kimi": r"Kimi(?:[- ]K[0-9](?:\.[0-9])?)?",
    "GLM": r"(?:Chat)?GLM(?:-?[0-9](?:\.[0-9])?)?|智谱清言",
    "Baichuan": r"Baichuan(?:[- ]?[0-9])?|百川(?:大模型)?",
    "ERNIE": r"ERNIE(?:[- ]Bot)?|文心一言|文心大模型",
    "Doubao": r"Doubao|豆包",
    "InternLM": r"InternLM[0-9]?|书生·?浦语",
    "Hunyuan": r"Hunyuan|混元|腾讯元宝",
    "Spark": r"SparkDesk|讯飞星火|星火认知大模型",
    "Yi": r"Yi(?:-[0-9]{1,2}B)?",
    "MiniMax": r"MiniMax(?:-[MT][0-9])?",
    "Grok": r"Grok(?:[- ]?[0-9](?:\.[0-9])?)?",
    "Copilot": r"(?:GitHub |Bing |Microsoft )?Copilot|Bing Chat",
    "Phi": r"Phi-[0-9](?:\.[0-9])?",
    "Command": r"Command[- ](?:R\+?|A)",
    "Nemotron": r"Nemotron",
    "SmolLM": r"SmolLM[0-9]?",
    "OLMo": r"OLMo(?: ?[0-9])?|T[uü]lu(?: ?[0-9])?",
    "Falcon": r"Falcon(?:-[0-9]{1,3}B)?",
    "Vicuna": r"Vicuna",
    "Open Assistant": r"Open ?Assistant",
}
"""Models that others learn from, each with the ways its name is written."""
MAKERS: Mapping[str, str] = {
    "OpenAI": r"Open ?AI",
    "Anthropic": r"Anthropic",
    "Google": r"Google(?: (?:DeepMind|AI|Brain|Research))?|DeepMind|谷歌",
    "Alibaba": r"Alibaba(?: (?:Cloud|Group))?|Aliyun|阿里巴巴(?:集团)?|阿里云|达摩院",
    "Meta": r"Meta(?: AI)?|Facebook",
    "Moonshot AI": r"Moonshot(?: AI)?|月之暗面",
    "Zhipu AI": r"Zhipu(?: ?AI)?|Z\.ai|智谱(?:AI|华章)?|清华大学",
    "Baidu": r"Baidu|百度",
    "ByteDance": r"ByteDance|字节跳动",
    "Shanghai AI Laboratory": r"Shanghai (?:AI|Artificial Intelligence) Lab(?:oratory)?"
    r"|上海(?:人工智能|AI)实验室",
    "Tencent": r"Tencent|腾讯",
    "iFlytek": r"iFlytek|科大讯飞|讯飞",
    "01.AI": r"01\.AI|零一万物",
    "xAI": r"xAI",
    "Microsoft": r"Microsoft|微软",
    "Cohere": r"Cohere",
    "NVIDIA": r"NVIDIA|英伟达",
    "Hugging Face": r"Hugging ?Face",
    "Allen AI": r"Allen Institute for (?:AI|Artificial Intelligence)|Allen AI|AI2",
    "LAION": r"LAION",
    "LMSYS": r"LMSYS(?: Org)?",
    "Amazon": r"Amazon",
    "IBM": r"IBM",
}
"""Their makers; DeepSeek, Mistral, Baichuan and MiniMax stand among the models."""
HOMONYMS = frozenset(["Claude", "Gemini", "Bard", "Gemma", "Yi", "Falcon", "Command", "Copilot"])
"""Models whose names people, stars, birds and trades bear too."""
SIGN = "|".join((*MODELS.values(), *MAKERS.values()))
"""What a text without a match of, for Polars too, names nobody."""
NAMES = (*MODELS, *MAKERS)
WRITTEN = lazy(
    r"(?=[A-Z0ix\u4e00-\u9fff])(?<![A-Za-z0-9_./@-])(?:"
    + "|".join(f"({text})" for text in (*MODELS.values(), *MAKERS.values()))
    + r")(?![A-Za-z0-9_])"
)


class Named(NamedTuple):
    """A name where a text writes it."""

    name: str
    start: int
    end: int

    @property
    def is_maker(self) -> bool:
        """Whether it is a maker's name, not a model's."""
        return self.name in MAKERS


def find_names(text: str) -> Iterator[Named]:
    """Yield the names of models and makers that a text writes, in order.

    >>> [named.name for named in find_names("Qwen2.5, by Alibaba Cloud; 深度求索")]
    ['Qwen', 'Alibaba', 'DeepSeek']
    """
    for found in WRITTEN.finditer(text):
        yield Named(NAMES[(found.lastindex or 1) - 1], *found.span())
