"""Language share with every window of words shown to fastText: the slow reference."""

from r1data.curation.language.identification import guess_languages
from r1data.curation.language.scripts import EAST_ASIAN, KANA, scripts_of
from r1data.curation.language.words import find_words

WINDOW, SURE, UNLIKELY, KANA_SHARE = 8, 0.65, 0.1, 0.2


def slow_share(text, language):
    """Return the share of a text's words in scripts of a language, in windows not of another."""
    words = find_words(text)
    total = int(words.size.sum())
    matching = 0
    for start, end in _windows(words.size.tolist()):
        window = words[start:end]
        sizes = window.size[[script in scripts_of(language) for script in window.script]]
        if not _is_of_another(text, window, language):
            matching += int(sizes.sum())
    return matching / total if total else None


def _windows(sizes):
    start = size = 0
    for place, more in enumerate(sizes, 1):
        size += more
        if size >= WINDOW:
            yield start, place
            start, size = place, 0
    if size:
        yield start, len(sizes)


def _is_of_another(text, window, language):
    if window.size.sum() < WINDOW:
        return False
    scripts = window.script.tolist()
    if language in ("zh", "ja") and {*scripts} <= {*EAST_ASIAN}:
        kana = sum(script in KANA for script in scripts) / len(scripts)
        return (kana > KANA_SHARE) is (language == "zh")
    guesses = guess_languages(window.texts(text))
    best = max(guesses, key=guesses.get)
    shares_script = not {*scripts_of(best)}.isdisjoint(scripts_of(language))
    is_sure = guesses[best] >= SURE and guesses.get(language, 0) < UNLIKELY
    return best != language and is_sure and shares_script
