"""Names of languages: which of them a problem is about, as an exercise in translation is."""

import re

from r1data.curation.language.scripts import SCRIPTS, VARIANTS

NAMES = {
    "en": "english anglais inglés inglese inglês englisch английск 英语 英文 अंग्रेज",
    "zh": "chinese mandarin chinois chino cinese chinês chinesisch китайск 中文 汉语 चीनी",
    "ja": "japanese kanji hiragana katakana japonais japonés japanisch японск 日语 日文 जापानी",
    "ko": "korean hangul coréen koreanisch корейск 韩语 韩文 한국어 कोरियाई",
    "fr": "french français francés francese francês französisch французск 法语 法文 फ़्रेंच फ्रेंच",
    "de": "german allemand alemán tedesco alemão deutsch немецк 德语 德文 जर्मन",
    "es": "spanish espagnol español castellano spagnolo espanhol spanisch испанск 西班牙语 स्पेनिश",
    "it": "italian italien italiano italienisch итальянск 意大利语",
    "pt": "portuguese brazilian portugais portugués português португальск 葡萄牙语",
    "nl": "dutch néerlandais holandés niederländisch нидерландск 荷兰语",
    "ru": "russian russe ruso russo russisch русск 俄语 俄文 रूसी",
    "uk": "ukrainian ukrainien ucraniano украинск українськ 乌克兰语",
    "pl": "polish polonais polaco polnisch польск 波兰语",
    "cs": "czech tchèque tschechisch чешск 捷克语",
    "ar": "arabic arabe árabe arabisch арабск 阿拉伯语 अरबी",
    "he": "hebrew hébreu hebreo иврит 希伯来语",
    "fa": "persian farsi persan персидск 波斯语",
    "hi": "hindi devanagari хинди 印地语 हिन्दी हिंदी",
    "bn": "bengali bangla бенгальск 孟加拉语",
    "sa": "sanskrit санскрит 梵语 संस्कृत",
    "ur": "urdu урду 乌尔都语 उर्दू",
    "el": "greek grec griego griechisch греческ 希腊语",
    "la": "latin латинск латын 拉丁语",
    "tr": "turkish turc turco türkisch турецк 土耳其语",
    "vi": "vietnamese vietnamien vietnamita вьетнамск 越南语",
    "th": "thai thaï тайск 泰语",
    "sv": "swedish suédois sueco schwedisch шведск 瑞典语",
    "no": "norwegian norvégien noruego norwegisch норвежск 挪威语",
    "da": "danish danois danés dänisch датск 丹麦语",
    "fi": "finnish finnois finlandés finnisch финск 芬兰语",
    "hu": "hungarian hongrois húngaro ungarisch венгерск 匈牙利语",
    "ro": "romanian roumain rumano rumänisch румынск 罗马尼亚语",
    "id": "indonesian indonésien indonesio indonesisch индонезийск 印尼语 印度尼西亚语",
}
"""How languages are called in several languages; a stem where endings differ."""
LANGUAGES = {name: language for language, names in NAMES.items() for name in names.split()}
NAMED = re.compile("|".join(sorted(map(re.escape, LANGUAGES), key=len, reverse=True)))
IN_LANGUAGE = re.compile(rf"\b(?:in|into|en|em|auf|на)\s+({NAMED.pattern})\b")
"""What a text says that asks for something in a language."""
THREE_LETTERS = {
    "eng": "en",
    "zho": "zh",
    "chi": "zh",
    "cmn": "zh",
    "jpn": "ja",
    "kor": "ko",
    "fra": "fr",
    "fre": "fr",
    "deu": "de",
    "ger": "de",
    "spa": "es",
    "ita": "it",
    "por": "pt",
    "nld": "nl",
    "rus": "ru",
    "ukr": "uk",
    "pol": "pl",
    "ces": "cs",
    "ara": "ar",
    "heb": "he",
    "fas": "fa",
    "hin": "hi",
    "ben": "bn",
    "urd": "ur",
    "ell": "el",
    "tur": "tr",
    "vie": "vi",
    "tha": "th",
    "swe": "sv",
    "dan": "da",
    "nor": "no",
    "fin": "fi",
    "hun": "hu",
    "ron": "ro",
    "ind": "id",
}
"""ISO 639-3 codes, and those of 639-2, of the languages above."""
ABOUT_LANGUAGE = re.compile(
    r"translat|language|\bwords?\b|phrase|sentence|\bsay\b|\bmeans?\b|meaning|spell|pronounc|speak|"
    r"grammar|conjugat|declen|poem|poet|proverb|answer in|respond in|reply in|write in|written in|"
    r"tradui|traduc|langue|\bmots?\b|palabra|traduz|übersetz|sprache|\bwort|перев[еоё]д|язык|слов|"
    r"翻译|译|词|语言|回答|句|翻訳|言葉|번역|अनुवाद|भाषा|शब्द"
)
"""What shows that a text which names a language is about the language, and not about fries."""
ANY_LANGUAGE = re.compile(
    r"(?:foreign|another|other|different|second|any) languages?|autre langue|otro idioma|"
    r"andere sprache|иностранн\w+ язык|другой язык|外语|其他语言|另一种语言|विदेशी भाषा"
)
"""What asks for words of a language that it leaves open."""


def language_code(stated: str) -> str | None:
    """Return the ISO 639 code of a language as a source states it; None if that cannot be read.

    >>> language_code("zh-CN"), language_code("English"), language_code("eng"), language_code("?")
    ('zh', 'en', 'en', None)
    """
    name = stated.strip().lower()
    if name in LANGUAGES:
        return LANGUAGES[name]
    code = re.split("[-_]", name)[0]
    code = THREE_LETTERS.get(code, VARIANTS.get(code, code))
    return code if re.fullmatch("[a-z]{2,3}", code) else None


def named_languages(problem: str) -> set[str]:
    """Return the languages that a problem is about.

    >>> named_languages("Translate 'cat' into French."), named_languages("Chinese remainders")
    ({'fr'}, set())
    """
    text = problem.lower()
    if ANY_LANGUAGE.search(text):
        return {*NAMES, *SCRIPTS}
    if not any(name in text for name in LANGUAGES):
        return set()
    if not ABOUT_LANGUAGE.search(text):
        return {LANGUAGES[found[1]] for found in IN_LANGUAGE.finditer(text)}
    return {LANGUAGES[name] for name in NAMED.findall(text)}


def asks_for_any(text: str) -> bool:
    """Tell whether a text asks for a language that it does not name.

    >>> asks_for_any("Say it in another language."), asks_for_any("Say it in French.")
    (True, False)
    """
    return ANY_LANGUAGE.search(text) is not None
