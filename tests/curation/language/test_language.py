# ruff: noqa: RUF001 - texts of many languages have letters of many scripts
from pathlib import Path

import pytest

from r1data.curation.language.identification import identify_language
from r1data.curation.language.share import language_share
from tests.effort import effort

SENTENCES = Path(__file__).parents[4] / "shared" / "data" / "languages" / "sentences"

TEXTS = {
    "en": "First we add the two numbers, and then we check whether the sum is even or odd.",
    "de": "Zuerst addieren wir die beiden Zahlen, und dann prüfen wir, ob die Summe gerade ist.",
    "es": "Primero sumamos los dos números y después comprobamos si el resultado es par o impar.",
    "fr": "D'abord nous ajoutons les deux nombres, puis nous vérifions si la somme est paire.",
    "zh": "首先我们把这两个数相加，然后检查它们的和是奇数还是偶数，最后写出答案。",
    "ja": "まず二つの数を足して、それから合計が偶数か奇数かを確かめて、最後に答えを書きます。",
    "ko": "먼저 두 수를 더한 다음에 그 합이 짝수인지 홀수인지 확인하고 마지막으로 답을 씁니다.",
    "ru": "Сначала сложим оба числа, а затем проверим, является ли сумма чётной или нечётной.",
    "ar": "أولا نجمع العددين ثم نتحقق مما إذا كان المجموع زوجيا أو فرديا ثم نكتب الجواب",
    "hi": "पहले हम दोनों संख्याओं को जोड़ते हैं और फिर देखते हैं कि योग सम है या विषम",
    "th": "ก่อนอื่นเราบวกจำนวนทั้งสองแล้วตรวจสอบว่าผลรวมเป็นเลขคู่หรือเลขคี่",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_is_of_its_language_and_of_no_other(language):
    assert language_share(TEXTS[language], language) > 0.95
    assert identify_language(TEXTS[language]) == language
    for other in TEXTS.keys() - {language}:
        assert language_share(TEXTS[language], other) < 0.05, other


@pytest.mark.parametrize(
    ("text", "language", "share"),
    [
        pytest.param(f"{TEXTS['en']} {TEXTS['de']}", "en", 0.5, id="half German"),
        pytest.param(f"{TEXTS['zh']}\n{TEXTS['en']}", "zh", 0.52, id="half Chinese"),
        pytest.param("We 首先 add 两个 numbers", "en", 0.6, id="mixed in one sentence"),
        pytest.param(r"设 $x = the sum$，则 \(y=and\) \frac", "zh", 1, id="formulas"),
        pytest.param("代码是 `return the_sum` 或\n```\nwhile true do it\n```", "zh", 1, id="code"),
        pytest.param("三角形ABC中，x和y1以及my_name满足 sin x = 0", "zh", 1, id="names"),
        pytest.param("首先我们先把这两个数相加 and then 检查它们", "ja", 0, id="no kana"),
        pytest.param("So $5 is less\nthan six dollars", "en", 1, id="a lone dollar"),
        pytest.param("So. Yes. Wait, no.", "en", 1, id="too short to tell"),
        pytest.param("Oui. So ist es.", "en", 1, id="the benefit of the doubt"),
    ],
)
def test_only_words_count(text, language, share):
    assert language_share(text, language) == pytest.approx(share, abs=0.07)


@pytest.mark.parametrize("text", ["", "1 + 1 = 2", "$all of it$", "x, y", "</think>"])
def test_no_words_have_no_language(text):
    assert language_share(text, "en") is None
    assert identify_language(text) is None


@pytest.mark.parametrize("piece", ["$", "```", r"\(", "$\n", "a`", "的a", "'", "http://"])
def test_hostile_texts_take_no_longer_than_others(piece):
    assert effort(lambda: language_share(piece * 50_000, "en")) < 20


@pytest.mark.skipif(not SENTENCES.exists(), reason="needs the data beside the repository")
def test_news_in_twenty_languages_is_told_apart():
    texts = {
        file.stem: " ".join(file.read_text().splitlines()[:100])
        for file in sorted(SENTENCES.glob("*.txt"))
    }
    assert len(texts) == 20
    for language, text in texts.items():
        assert language_share(text, language) > 0.95, language
        assert max(language_share(text, other) for other in texts.keys() - {language}) < 0.12
