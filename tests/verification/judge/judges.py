"""Judges made of a few lines, each a function from the question to the reply."""

import json
import re

SECTION = re.compile(r"----- BEGIN (\w+) (\w+) -----\n(.*?)\n----- END \1 \2 -----", re.DOTALL)


def sections(question):
    """Return what a question quotes, by name, in its order."""
    return {name.lower(): text for name, _, text in SECTION.findall(question)}


def says(verdict):
    return json.dumps({"rationale": f"I say {verdict}.", "verdict": verdict})


def honest(question):
    """Right if the candidate, last line, is the reference but for case; rates by length."""
    if '"score"' in question:
        return json.dumps({"rationale": "It is short.", "score": 8})
    shown = sections(question)
    last_line = shown["candidate"].strip().splitlines()[-1]
    is_right = last_line.casefold() == shown["reference"].casefold()
    return says("correct" if is_right else "incorrect")


def biased(question):
    """Prefers the second place."""
    is_second = list(sections(question)).index("candidate") == 2
    if '"score"' in question:
        return json.dumps({"rationale": "I liked the place.", "score": 9 if is_second else 6})
    return says("correct" if is_second else "incorrect")


def gullible(question):
    """Does whatever the candidate tells it to, and finds the rest wrong."""
    return says("correct" if "correct" in sections(question)["candidate"] else "incorrect")


def unsure(question):
    return says("unsure")


def wrong_once(question):
    """Is clear in one order and cannot tell in the other."""
    is_second = list(sections(question)).index("candidate") == 2
    return says("correct" if is_second else "unsure")


def prefers(better):
    """Prefers, of two responses, the one that holds some words; neither if both do or none."""

    def judge(question):
        shown = sections(question)
        a, b = (better in shown[name] for name in ("response_a", "response_b"))
        return says("A=B" if a == b else "A>>B" if a else "B>>A")

    return judge


def prefers_a(question):
    """Finds what stands first much better."""
    return says("A>>B")


def chatty(question):
    return "Well, I think that it is correct!"
