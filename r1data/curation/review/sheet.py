"""The sheet of a candidate: the text that a person's editor is given, and what comes back.

Its marks hold the rollout's id, which a model that wrote the text could not know. Five lines stand
before the first and after the last, where editors look for commands of a file's own, and the last
ones begin a page: Emacs looks at the last page alone.
"""

from itertools import pairwise

from r1data.curation.review.candidates import Candidate

NUM_MARGIN_LINES = 5
PAGE = "\f"
SECTIONS = ("reasoning", "response")
HEADING = "# Edit what stands between the marks, and leave the marks as they are."


def sheet_of(candidate: Candidate) -> str:
    """Return the sheet of a candidate; one without reasoning has its response alone."""
    reasoning, response = candidate.parts
    lines = [HEADING, *"#" * (NUM_MARGIN_LINES - 1)]
    for name, text in zip(SECTIONS, (reasoning, response), strict=True):
        if text is not None:
            lines += [_mark(name, candidate), text]
    return "\n".join([*lines, _mark("end", candidate), PAGE, *"#" * NUM_MARGIN_LINES, ""])


def read_sheet(sheet: str, candidate: Candidate) -> tuple[str | None, str]:
    """Return the reasoning, if the candidate has any, and the response that stand in a sheet.

    Raises:
        ValueError: A mark is missing, or not in its place.
    """
    has_reasoning = candidate.parts[0] is not None
    names = (*SECTIONS[not has_reasoning :], "end")
    lines = sheet.split("\n")
    places = [_place(lines, _mark(name, candidate)) for name in names]
    if places != sorted(places):
        raise ValueError("the marks of the sheet are not in their order; nothing is taken of it")
    texts = ["\n".join(lines[start + 1 : end]).strip() for start, end in pairwise(places)]
    return texts[0] if has_reasoning else None, texts[-1]


def _mark(name: str, candidate: Candidate) -> str:
    return f"===== {name} of {candidate.rollout_id} ====="


def _place(lines: list[str], mark: str) -> int:
    found = [place for place, line in enumerate(lines) if line.strip() == mark]
    if len(found) != 1:
        raise ValueError(f"the sheet has the mark `{mark}` {len(found)} times; leave it once")
    return found[0]
