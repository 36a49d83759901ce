"""Rules of others that say whether a text repeats a benchmark, run by a Python of their own.

`python performance/decontamination_peers.py NAME IN.json RESULT.json`: of r1data it imports
nothing. `open-r1` is the rule of that project's `scripts/decontaminate.py`: lower case, tokens cut
at white space, any shared 8-gram. `R1` is the rule of DeepSeek-R1's report as far as it is printed:
any shared 10-gram of words, in questions and reference solutions. `datatrove` is its own filter as
it comes (12-grams, its own normalisation), tokens cut at white space, questions included.
"""

import json
import re
import resource
import sys
import tempfile
from pathlib import Path

WORD = re.compile(r"\w+")


def main() -> None:
    """Run a rule on some texts; write which it finds, and what that took."""
    name, given, result = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    document = json.loads(given.read_text(encoding="utf-8"))
    find = RULES[name](document["questions"], document["solutions"])
    facts = {}
    for key, texts in document["texts"].items():
        before = cpu_seconds()
        found = [bool(find(text)) for text in texts]
        facts[key] = {"found": found, "cpu_seconds": cpu_seconds() - before}
    result.write_text(json.dumps(facts), encoding="utf-8")


def cpu_seconds() -> float:
    """Return the processor time of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def open_r1(questions, _solutions):  # noqa: ANN001, ANN201 - a rule is a function of a text
    """The rule of open-r1: questions alone."""
    return _by_grams(questions, lambda text: text.lower().split(), 8)


def bare(questions, solutions):  # noqa: ANN001, ANN201
    """The rule of DeepSeek-R1's report: words, 10 of them."""
    return _by_grams(questions + solutions, lambda text: WORD.findall(text.lower()), 10)


def _by_grams(texts, cut, size):  # noqa: ANN001, ANN202
    def grams(text):  # noqa: ANN001, ANN202
        tokens = cut(text)
        return {" ".join(tokens[at : at + size]) for at in range(len(tokens) - size + 1)}

    known = set().union(*map(grams, texts))
    return lambda text: not known.isdisjoint(grams(text))


def datatrove(questions, _solutions):  # noqa: ANN001, ANN201
    """The filter of datatrove, its index of questions made as its indexer makes it."""
    import numpy as np
    from datatrove.data import Document
    from datatrove.pipeline.decont import n_grams
    from datatrove.utils.hashing import create_hash_func
    from datatrove.utils.text import ngrams, simplify_text

    class Spaces:
        def word_tokenize(self, text):  # noqa: ANN001, ANN202
            return text.split()

    n_grams.load_word_tokenizer = lambda *_, **__: Spaces()
    config = n_grams.NGramsDecontConfig(find_query_ngrams=True)
    folder, hashed = tempfile.mkdtemp(), create_hash_func(config.hash_config)
    hashes = {
        hashed(" ".join(gram))
        for text in questions
        for gram in ngrams(simplify_text(text, config.norm_config).split(), config.n_grams)
    }
    np.array(sorted(hashes), "<u8").tofile(Path(folder, "all.index.hashes"))
    keep = n_grams.NGramsDecontFilter(folder, config=config)
    return lambda text: keep.filter(Document(text=text, id="")) is not True


RULES = {"open-r1": open_r1, "R1": bare, "datatrove": datatrove}


if __name__ == "__main__":
    main()
