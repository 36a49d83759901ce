"""The words that announce a final answer, by language: "the answer is", "答案是".

A cue is found by its stem, a literal, so that a text without any is passed at the speed of a
string search. Its verb or colon follows the stem; what stands before the stem in its sentence must
not put it in doubt ("if the answer is 5").
"""

# ruff: noqa: RUF001 - letters and marks of other scripts are the point

import re
from dataclasses import dataclass

from r1data.answers.reading.bare_answers import PROSE
from r1data.answers.writing.letters import LETTER_IN_PROSE, bracketed
from r1data.patterns import lazy


def _any(pattern: str) -> re.Pattern[str]:
    return lazy(pattern, re.IGNORECASE)


COLON = r"[*_\s]*[:：=＝][*_]*"
PART = r"(?:\w+ )?(?:step|first|sub|intermediate|previous)"
OF = rf"(?:, (?:therefore|then|thus|hence),)?(?: (?:to|of|for) (?!{PART})[^.?!:\n]{{1,100}}?)?"
NOWHERE = lazy(r"(?!)")
ANYWHERE = lazy("")


@dataclass(frozen=True, slots=True)
class Cue:
    """The announcement of an answer in one language."""

    stems: tuple[str, ...]
    """Literals that begin the cue, in lower case."""
    verb: re.Pattern[str]
    """Matched where a stem stands: the stem, and all up to the answer."""
    doubt: re.Pattern[str] = NOWHERE
    """What may not stand before the stem in its sentence."""
    lead: re.Pattern[str] = ANYWHERE
    """What must stand before the stem, at the end."""
    denial: re.Pattern[str] = NOWHERE
    """Found in what says that there is no answer, or what it is not."""
    description: re.Pattern[str] = NOWHERE
    """Found in what speaks of the answer and does not give it."""
    ending: re.Pattern[str] = NOWHERE
    """What follows the answer and is no part of it."""


ENGLISH_DOUBT = _any(
    r"\b(?:if|whether|suppose|supposing|assume|assuming|unless|until|perhaps|maybe|possibly|might"
    r"|could|would|doubt|unsure|unclear|not|never|cannot|wrong|incorrect|what|which|how|why"
    r"|previous|earlier|student\w*|someone|format|example|e\.g|claim(?:s|ed)?|sa(?:ys|id)"
    r"|wonder|check|guess|nobody|false|prove|show that|had (?:we|i|it|he|she|they))\b|n['’]t\b"
)
ENGLISH_LEAD = _any(
    r"(?:^|[\s*_#>(,;:.–—-])(?:the|my|our|this|so|therefore|thus|hence|and|then|final|correct"
    r"|right|only|required|desired|requested|exact|numerical|numeric|best|ultimate|overall"
    r"|simplified|full|complete|short|unique|approximate|actual)[*_\s]*$|^[\s*_#>(-]*$"
)
HEADING = _any(r"^[\s*_#]*(?:[0-9]+\. )?(?:the |my )?(?:final |correct )?$")
ENGLISH_DENIAL = _any(
    r"^(?:(?:also |probably )?not|n[o']t|never|un(?:clear|known|certain)|ambiguous|still|yet"
    r"|impossible to|hard to|difficult to|wrong|incorrect"
    r"|n/a|no (?:answer|idea))\b"
    r"|^[-0-9.,]+ (?:less|more|fewer) than\b"
)
ENGLISH_DESCRIPTION = _any(
    r"^(?:between|either|somewhere|obtained|found|calculated|derived|computed|determined|expressed"
    r"|based|supposed|expected|required|correct|right|above|below|by|in|that|what|whether|always"
    r"|usually|already|probably|likely|perhaps|maybe|possibly|to be|given in|see|shown|provided"
    r"|written|here|there"
    r"|an? (?:integer|number|positive|negative|real|rational|whole|natural|single|simple|two"
    r"|three))\b|^(?:\.\.|…|___|\[(?:insert|your|answer|final)|<\w)"
)
OPTION = bracketed(LETTER_IN_PROSE)
CHOSEN = rf"[*_\s]*(?:option |choice )?[*_]*{OPTION}[*_.:]*(?=\s|$)|[*_\s]*{OPTION}(?:, | and )"
CORRECT = r"(?= is (?:the )?(?:correct|right)(?: (?:answer|option|choice))?[*_]*\s*(?:[.,;\n]|$))"

ENGLISH = (
    Cue(
        ("answer", "ans:", "ans.:"),
        _any(
            rf"ans(?:wers?|\.)?(?:\(s\))?(?:{COLON}|{OF}(?:{COLON}|[*_]*\s+(?:is|are|was|equals"
            rf"|would be|will be|must be|should be|comes (?:out )?to(?: be)?|works out to)\b"
            rf"(?: as follows)?(?:{COLON})?))"
        ),
        ENGLISH_DOUBT,
        ENGLISH_LEAD,
        ENGLISH_DENIAL,
        ENGLISH_DESCRIPTION,
    ),
    Cue(
        ("final result",),
        _any(rf"final result(?:{COLON}|\s+is\b(?:{COLON})?)"),
        ENGLISH_DOUBT,
        ENGLISH_LEAD,
        ENGLISH_DENIAL,
        ENGLISH_DESCRIPTION,
    ),
    Cue(("answer",), _any(r"answer[*_ \t]*(?=\n)"), NOWHERE, HEADING,
        ENGLISH_DENIAL, PROSE),
    Cue(
        ("option", "choice"),
        _any(rf"(?:option|choice)s?(?:\s+(?:is|are)(?:{COLON})?|{COLON})(?={CHOSEN})"),
        ENGLISH_DOUBT,
        _any(r"\b(?:correct|right|best) (?:answer )?$"),
    ),
    Cue(
        ("option", "choice", "answer"),
        _any(rf"(?:option|choice|answer)\s+(?=[*_]*{OPTION}[*_]*{CORRECT})"),
        ENGLISH_DOUBT,
        ending=_any(r"[*_]*\s+is (?:the )?(?:correct|right)\b.*"),
    ),
)  # fmt: skip
CHINESE = (
    Cue(
        ("答案",),
        lazy(r"答案(?:应该|应当|应|就|便)?[*_]*(?:是|为|為|等于|選|选)?(?:[*_\s]*[:：=＝])?[*_]*"
                   r"(?<![案*_])"),
        lazy("如果|若|假设|假如|是否|要是|错误|什么"),
        denial=lazy("^(?:什么|多少|否|不|未知|哪|几|无法确定的)|[吗呢么]$"),
    ),
    Cue(
        ("故选", "應選", "应选", "故選", "所以选", "因此选", "所以選", "因此選"),
        lazy(
            r"..?[选選]?[选選]?(?:择|擇|项|項)?[:：]?[*_]*"
            rf"(?=\s*[(（]?{LETTER_IN_PROSE})"
        ),
        lazy("如果|若|假设|是否|不"),
    ),
    Cue(
        ("答：", "答:"),
        lazy(r"答[:：](?=\s*[-+$\\(（0-9A-Z]|\s*[^\s，。]{1,4}[。\s]*$)"),
        lead=lazy(r"^[\s*_]*$"),
    ),
)  # fmt: skip


def _language(
    stems: str,
    verb: str,
    *,
    adjectives: str = "",
    of: str = "",
    doubt: str = "",
    denial: str = "",
    ending: str = "",
) -> Cue:
    """Return the cue of a language; capitals do not count."""
    kinds = f"(?: (?:{adjectives}))*" if adjectives else ""
    topic = rf"(?: (?:{of}) [^.?!:\n]{{1,80}}?)?" if of else ""
    return Cue(
        tuple(stems.split("|")),
        _any(f"(?:{stems}){kinds}{topic}(?:(?:{verb})(?:{COLON})?|{COLON})"),
        _any(doubt) if doubt else NOWHERE,
        denial=_any(denial) if denial else NOWHERE,
        ending=_any(ending) if ending else NOWHERE,
    )


OTHERS = (
    _language(
        "respuesta",
        r" (?:es|sería|son)\b",
        adjectives="final|correcta",
        of="a|de|del|al",
        doubt=r"\b(?:si|quizás?|tal vez|acaso|no|cuál|qué|incorrecta)\b",
        denial=r"^(?:no|incierta|desconocida|incorrecta|correcta|entre)\b",
    ),
    _language(
        "réponse",
        r" (?:est|serait)\b(?: donc)?",
        adjectives="finale|correcte|exacte",
        of="à|de|du|au",
        doubt=r"\b(?:si|peut-être|quelle|mauvaise|pas)\b",
        denial=r"^(?:pas|incertaine|inconnue|incorrecte|correcte|entre|que)\b",
    ),
    _language(
        "antwort|lösung|endergebnis",
        r" (?:ist|lautet|wäre)\b(?: also| daher)?",
        of="auf|zu|für",
        doubt=r"\b(?:wenn|falls|ob|vielleicht|falsche|keine|nicht)\b",
        denial=r"^(?:nicht|unklar|unbekannt|falsch|richtig|zwischen|keine)\b",
    ),
    _language(
        "resposta",
        r" (?:é|seria|são)\b",
        adjectives="final|correta|certa",
        of="à|a|de|da|do|para",
        doubt=r"\b(?:se|talvez|qual|não|errada)\b",
        denial=r"^(?:não|incerta|desconhecida|errada|correta|entre)\b",
    ),
    _language(
        "risposta",
        r" (?:è|sarebbe|sono)(?!\w)",
        adjectives="finale|corretta|giusta|esatta",
        of="a|alla|di|del",
        doubt=r"\b(?:se|forse|quale|non|sbagliata)\b",
        denial=r"^(?:non|incerta|sconosciuta|sbagliata|corretta|tra|fra)\b",
    ),
    _language(
        "ответ",
        r" (?:равен|равно|будет|является)\b| ?[—–-](?= )(?: это)?",
        doubt=r"\b(?:если|возможно|может быть|какой|неправильный|неверный|не)\b",
        denial=r"^(?:не|неизвестен|неясен|неверен|верен)\b",
    ),
    _language(
        "відповідь",
        r" (?:дорівнює|є)\b| ?[—–-](?= )(?: це)?",
        doubt=r"\bякщо\b",
        denial=r"^не\b",
    ),
    _language(
        "答え|正解|解答|回答",
        r"[はが][、，]?",
        doubt="もし|仮に",
        denial="(?:では|じゃ)(?:ない|ありません)|^(?:何|不明|分から|わから)|でしょうか|ですか",
        ending="(?:です|である|となります|となる|になります|になる|だ)$",
    ),
    _language(
        "정답|최종 답|답|해답",
        r"[은는이](?=\s)(?: 바로)?",
        doubt="만약|만일",
        denial="아니|아닙|모르|무엇|인가|입니까",
        ending=r"[*_\s]*(?:입니다|이다|이에요|예요|이며|임|이 됩니다|가 됩니다)$",
    ),
    _language(
        "đáp án|câu trả lời|đáp số",
        r" là\b",
        adjectives="cuối cùng|đúng|chính xác",
        of="của|cho",
        doubt=r"\b(?:nếu|có lẽ|không|sai)\b",
        denial=r"^(?:không|gì|sai|đúng)\b",
    ),
    _language(
        "الإجابة|الاجابة|الجواب|إجابة",
        r" (?:هي|هو)(?=[ :])",
        adjectives="النهائية|النهائي|الصحيحة|الصحيح",
        doubt="إذا|اذا|لو|ليس|ربما",
        denial="^(?:ليس|غير)",
    ),
    _language(
        "उत्तर|जवाब",
        r"(?:ः| है)?(?=\s)",
        doubt="यदि|अगर|शायद",
        denial="नहीं|^क्या",
        ending=r"\s*(?:है|होगा|हैं)$",
    ),
    _language(
        "cevap|cevabı|yanıt",
        r"(?: şudur)?(?=\s)",
        doubt=r"\b(?:eğer|belki|yanlış)\b",
        denial=r"değil|mı$|mi$|\bne\b",
        ending=r"['’]?[td][ıiuü]r$",
    ),
    _language(
        "jawaban",
        r"(?:nya)? adalah\b",
        adjectives="akhir|yang benar",
        doubt=r"\b(?:jika|mungkin)\b",
        denial=r"^(?:bukan|tidak)\b",
    ),
    _language(
        "antwoord",
        r" (?:is|luidt)\b",
        of="op",
        doubt=r"\b(?:als|of|misschien)\b",
        denial=r"^(?:niet|geen)\b",
    ),
    _language(
        "odpowiedź|odpowiedzią",
        r" (?:to|brzmi|jest)\b",
        doubt=r"\b(?:jeśli|może)\b",
        denial=r"^nie\b",
    ),
    _language("svaret", r" är\b", doubt=r"\b(?:om|kanske)\b", denial=r"^(?:inte|okänt)\b"),
    _language("απάντηση", r" είναι(?: η)?", doubt=r"\b(?:αν|εάν|ίσως)\b", denial=r"^δεν\b"),
    _language("پاسخ", "(?!)", adjectives="نهایی|صحیح", doubt="اگر", denial="نیست"),
    _language("คำตอบ", "(?:สุดท้าย|ที่ถูกต้อง)?(?:คือ|เท่ากับ)", doubt="ถ้า|หาก", denial="^(?:ไม่|อะไร)"),
)

CUES: tuple[Cue, ...] = (*ENGLISH, *CHINESE, *OTHERS)
CUES_BY_STEM: dict[str, tuple[Cue, ...]] = {
    stem: tuple(cue for cue in CUES if stem in cue.stems) for cue in CUES for stem in cue.stems
}
