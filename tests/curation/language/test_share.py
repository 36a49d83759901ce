# ruff: noqa: RUF001 - texts of many languages have letters of many scripts
import json
from pathlib import Path

import pytest

from r1data.curation.language.share import base_language, language_share
from r1data.curation.language.words import find_words
from tests.curation.language.per_word import slow_share
from tests.curation.language.texts import TEXTS
from tests.effort import effort

DATA = Path(__file__).parents[4] / "shared" / "data"


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_is_of_its_language_and_of_no_other(language):
    assert language_share(TEXTS[language], language) > 0.95
    for other in TEXTS.keys() - {language}:
        assert language_share(TEXTS[language], other) < 0.05, other


@pytest.mark.parametrize(
    ("text", "language", "share"),
    [
        pytest.param(f"{TEXTS['en']} {TEXTS['de']}", "en", 0.5, id="half German"),
        pytest.param(f"{TEXTS['en']} {TEXTS['de']}", "de", 0.5, id="half English"),
        pytest.param(f"{TEXTS['zh']}\n{TEXTS['en']}", "zh", 0.52, id="half Chinese"),
        pytest.param("We 首先 add 两个 numbers", "en", 0.6, id="mixed in one sentence"),
        pytest.param(r"设 $x = the sum$，则 \(y=and\) \frac", "zh", 1, id="formulas"),
        pytest.param("代码是 `return the_sum` 或\n```\nwhile true do it\n```", "zh", 1, id="code"),
        pytest.param("三角形ABC中，x和y1以及my_name满足 sin x = 0", "zh", 1, id="names"),
        pytest.param("首先我们先把这两个数相加 and then 检查它们", "ja", 0, id="no kana"),
        pytest.param("So $5 is less\nthan six dollars", "en", 1, id="a lone dollar"),
        pytest.param("So. Yes. Wait, no.", "en", 1, id="too short to tell"),
        pytest.param("Oui. So ist es.", "en", 1, id="the benefit of the doubt"),
        pytest.param(f"{TEXTS['en']} Then he says “{TEXTS['fr']}”", "en", 0.6, id="quoted"),
        pytest.param(TEXTS["zh"], "yue", 1, id="a variant"),
    ],
)
def test_only_words_count(text, language, share):
    assert language_share(text, language) == pytest.approx(share, abs=0.07)


@pytest.mark.parametrize("text", ["", "1 + 1 = 2", "$all of it$", "x, y", "</think>"])
def test_no_words_have_no_language(text):
    assert language_share(text, "en") is None


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        pytest.param(TEXTS["en"] * 5, ["en", "fr"], id="one language"),
        pytest.param(f"{TEXTS['en']} {TEXTS['zh']} {TEXTS['en']}", ["en", "zh"], id="two scripts"),
        pytest.param(
            f"{TEXTS['en'] * 3} {TEXTS['fr'] * 2} {TEXTS['en'] * 3}", ["en", "fr"], id="one script"
        ),
        pytest.param(
            f"{TEXTS['fr'] * 3} {TEXTS['en'] * 2} {TEXTS['fr']}", ["fr", "en"], id="the other way"
        ),
        pytest.param(
            f"{TEXTS['ru'] * 3} {TEXTS['en'] * 2} {TEXTS['hi']}", ["ru", "en", "hi"], id="three"
        ),
        pytest.param("x = 1. " * 50 + TEXTS["es"] + r" $\alpha$ `la` ", ["es"], id="mathematics"),
        pytest.param(f"{TEXTS['ja'] * 3} {TEXTS['zh'] * 2}", ["ja", "zh"], id="with kana"),
    ],
)
def test_looking_at_odd_windows_finds_what_looking_at_all_does(text, languages):
    for language in languages:
        slow = slow_share(text, language)
        assert language_share(text, language) == pytest.approx(slow, abs=0.1), language


@pytest.mark.skipif(not DATA.exists(), reason="needs the data beside the repository")
def test_real_traces_have_the_share_that_looking_at_all_windows_finds():
    lines = (DATA / "rollouts" / "r1_math500.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["full_response"] for line in lines]
    for text in texts:
        assert language_share(text, "en") == pytest.approx(slow_share(text, "en"), abs=0.02)


@pytest.mark.parametrize(
    ("text", "wanted", "base"),
    [
        pytest.param(TEXTS["fr"], "en", "fr", id="another language"),
        pytest.param("Oui, non.", "en", "en", id="too few words"),
        pytest.param(f"氢 (Hydrogen), 氦 (Helium), {'铁 (Iron), ' * 9}", "zh", "zh", id="glosses"),
        pytest.param("1 + 1", "en", "en", id="no words"),
        pytest.param("1 + 1", None, None, id="nothing known"),
    ],
)
def test_a_text_is_held_to_be_of_its_problem_s_language_where_that_can_be(text, wanted, base):
    assert base_language(text, find_words(text), wanted) == base


@pytest.mark.parametrize(
    "piece", ["$", "```", r"\(", "$\n", "a`", "的a", "'", "http://", "la die "]
)
def test_hostile_texts_take_no_longer_than_others(piece):
    assert effort(lambda: language_share(piece * (200_000 // len(piece)), "en")) < 20


@pytest.mark.skipif(not DATA.exists(), reason="needs the data beside the repository")
def test_news_in_twenty_languages_is_told_apart():
    texts = {
        path.stem: " ".join(path.read_text(encoding="utf-8").splitlines()[:60])
        for path in sorted((DATA / "languages" / "sentences").glob("*.txt"))
    }
    assert len(texts) == 20
    for language, text in texts.items():
        assert language_share(text, language) > 0.9, language
        assert max(language_share(text, other) for other in texts.keys() - {language}) < 0.12
