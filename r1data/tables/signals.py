"""Signals: what was measured on rollouts."""

import dataframely as dy

from r1data.tables.later import LATER


class Signals(dy.Schema):
    """One row per rollout: what was measured on it, before any threshold.

    A description begins with the name of its signal where that is measured on demand: null where it
    was not, and where there is no completion.
    """

    rollout_id = dy.String(primary_key=True, description="The rollout that was measured.")
    prompt_id = dy.String(description="The prompt that was answered.")
    form = dy.String(
        description="`well_formed`, or what is wrong: `empty`, `not_closed`, `not_opened`, "
        "`opened_twice`, `closed_twice`, `text_before`, `no_reasoning`, `no_response`, `has_tags`."
    )
    num_reasoning_chars = dy.Int32(description="Characters inside the think block.")
    num_response_chars = dy.Int32(description="Characters after the think block.")
    completion_hash = dy.String(
        nullable=True, description="Hash of the completion: equal texts, equal hash."
    )
    failures = dy.List(
        dy.String(),
        metadata=LATER,
        nullable=True,
        description="The signals that could not be measured, each with why; null if all could.",
    )
    num_reasoning_tokens = dy.Int32(
        metadata=LATER,
        nullable=True,
        description="`tokens`: tokens of the reasoning, by the round's tokenizer.",
    )
    num_response_tokens = dy.Int32(
        metadata=LATER, nullable=True, description="`tokens`: tokens of the response."
    )
    is_truncated = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="`truncation`: whether it ended at the token limit or, where no engine says "
        "how it ended, breaks off.",
    )
    is_looping = dy.Bool(
        metadata=LATER, nullable=True, description="`repetition`: whether it falls into a loop."
    )
    loop_start = dy.Int32(
        metadata=LATER,
        nullable=True,
        description="`repetition`: where the loop begins, in characters of the completion from 0.",
    )
    loop_kind = dy.String(
        metadata=LATER,
        nullable=True,
        description="`repetition`: what is repeated: `phrase`, `sentence`, `line`, `paragraph`, or "
        "`n-gram` of 20 words.",
    )
    repeated_share = dy.Float64(
        metadata=LATER,
        nullable=True,
        min=0.0,
        max=1.0,
        description="`repetition`: share of the completion's 20-grams of words that stand earlier "
        "in it.",
    )
    compression_ratio = dy.Float64(
        metadata=LATER,
        nullable=True,
        description="`repetition`: bytes of the completion over those it has when compressed.",
    )
    longest_paragraph_chars = dy.Int32(
        metadata=LATER,
        nullable=True,
        description="`layout`: characters of the longest paragraph of the completion.",
    )
    num_code_blocks = dy.Int32(
        metadata=LATER, nullable=True, description="`layout`: code blocks in the reasoning."
    )
    problem_language = dy.String(
        metadata=LATER,
        nullable=True,
        description="`language`: ISO 639 code of the problem's language, as its source states it "
        "or, where it does not, as it reads; null where that is not sure.",
    )
    reasoning_language = dy.String(
        metadata=LATER,
        nullable=True,
        description="`language`: the language of most of the reasoning; null where there is none, "
        "or that is not sure.",
    )
    response_language = dy.String(
        metadata=LATER, nullable=True, description="`language`: the same of the response."
    )
    language_share = dy.Float64(
        metadata=LATER,
        nullable=True,
        description="`language`: share of the words of the reasoning (of the completion where "
        "there is none) that are of the problem's language or of one that it asks for; null "
        "without words, where that language is neither stated nor read from enough words (8; 4 of "
        "Chinese, Japanese, Korean and Thai), or where the problem asks for a language that it "
        "does not name.",
    )
    has_mixed_language = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="`language`: whether the completion goes over into another language than most "
        "of it, with two words or more that are no quotes, names or terms.",
    )
    foreign_spans = dy.List(
        dy.Struct({"start": dy.Int32(), "end": dy.Int32(), "language": dy.String()}),
        metadata=LATER,
        nullable=True,
        description="`language`: where it does so: from `start` to `end` in code points of the "
        "completion, and into which language.",
    )
    conclusion = dy.String(
        metadata=LATER,
        nullable=True,
        description="`conclusion`: `agrees` or `contradicts` if the response gives the answer that "
        "its reasoning ends with, or another; `only_in_reasoning` if it gives none; null where "
        "either is not read with certainty.",
    )
    concluded_answer = dy.String(
        metadata=LATER,
        nullable=True,
        description="`conclusion`: the answer that the reasoning ends with.",
    )
    is_refusal = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="`refusal`: whether the response declines what was asked.",
    )
    has_ai_disclaimer = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="`refusal`: whether the response speaks as an AI.",
    )
    has_boilerplate_opening = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="`refusal`: whether the response begins with a phrase said by rote.",
    )
    has_boilerplate_closing = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="`refusal`: whether the response ends with one.",
    )
    self_names = dy.List(
        dy.String(),
        metadata=LATER,
        nullable=True,
        description="`identity`: models and makers by whose names the completion speaks of itself.",
    )
    placeholders = dy.List(
        dy.String(),
        metadata=LATER,
        nullable=True,
        description="`placeholders`: what the response leaves to fill in, the first 20.",
    )
    has_unfinished_list = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="`placeholders`: whether the response breaks off in a list or behind a "
        "colon, or gives fewer items than it announces.",
    )
    num_links = dy.Int32(
        metadata=LATER, nullable=True, description="`private_data`: links of the completion."
    )
    private_spans = dy.List(
        dy.Struct({"start": dy.Int32(), "end": dy.Int32(), "kind": dy.String()}),
        metadata=LATER,
        nullable=True,
        description="`private_data`: where personal data and secrets stand, in code points of the "
        "completion, and their kind: `email`, `phone`, `card`, `iban`, `ip_address`, "
        "`national_id`, `api_key`, `private_key`, `jwt`, `password`.",
    )
    prompt_kind = dy.String(
        metadata=LATER,
        nullable=True,
        description="`question`: `writing`, `factual_qa`, `self_cognition`, `translation`, "
        "`role_play` or `software_engineering`, by the problem's wording; null if of no kind.",
    )
    deserves_reasoning = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="`question`: whether the problem deserves a chain of thought.",
    )
    unsafe_kinds = dy.List(
        dy.String(),
        metadata=LATER,
        nullable=True,
        description="`safety`: what the problem plainly asks for: `weapons`, `self_harm`, "
        "`children`, `hate`, `violence`, `crime`; empty if for none of it.",
    )
    is_unsafe_response = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="`safety`: whether the response plainly urges or explains harm.",
    )
    quality_score = dy.Float64(
        metadata=LATER,
        nullable=True,
        min=0.0,
        max=1.0,
        description="`quality`: how likely the round's quality classifier finds the response good; "
        "null if there is no response.",
    )


class Sketches(dy.Schema):
    """One row per rollout: the numbers by which near duplicates are found."""

    rollout_id = dy.String(primary_key=True, description="The rollout.")
    prompt_id = dy.String(description="The prompt that was answered.")
    bands = dy.List(
        dy.Int32(),
        description="The bands of its MinHash: rollouts that share one may be near duplicates.",
    )


class Embeddings(dy.Schema):
    """One row per prompt or rollout: the vector of its problem, or of its response."""

    label = dy.String(
        primary_key=True, description="`source/upstream_row` of the prompt, or the rollout."
    )
    vector = dy.List(
        dy.Float32(),
        nullable=True,
        description="The vector, of length 1; null where nothing is said, or a prompt is not "
        "asked anyway.",
    )
