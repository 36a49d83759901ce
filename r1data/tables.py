"""The tables: one schema each, the contract between stages.

Stages take and return rows of these and nothing else. The descriptions appear in the Dagster
catalog and as comments in DuckDB. A schema only ever gains nullable columns, which older files
lack and readers fill with null. They stand in one file because they are read as one contract.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import dataframely as dy
import polars as pl

from r1data.answers.outcome import Outcome
from r1data.reasons import FILE_REASONS, PROMPT_REASONS, ROLLOUT_REASONS

LATER = {"is_later": True}
"""Marks a column that a table gained later: a null in it is no part of the table's data version."""


class Prompts(dy.Schema):
    """One row per problem, as its source gave it."""

    source = dy.String(
        primary_key=True, description="Name of the source in the recipe, e.g. `gsm8k`."
    )
    revision = dy.String(
        primary_key=True, description="Revision of the source: the Hub's, or a hash of the file."
    )
    upstream_row = dy.String(
        primary_key=True, description="The row's id in its source; its position where it has none."
    )
    prompt_id = dy.String(
        description="Hash of domain, system message, problem, choices and tests; rows can share it."
    )
    domain = dy.String(description="`math`, `code`, `stem`, `logic` or `general`.")
    licence = dy.String(
        nullable=True, description="Licence of the source, as the recipe states it."
    )
    language = dy.String(nullable=True, description="ISO 639-1 code of the problem's language.")
    system_message = dy.String(
        nullable=True, description="System message that belongs to the problem."
    )
    earlier_turns = dy.List(
        dy.Struct({"role": dy.String(), "content": dy.String()}),
        metadata=LATER,
        nullable=True,
        description="The turns of a conversation before the problem; null if there are none.",
    )
    problem = dy.String(description="The bare question, before any template; empty if unreadable.")
    choices = dy.List(dy.String(), nullable=True, description="The options of a choice question.")
    gold_answer = dy.String(
        nullable=True, description="The reference answer; null if there is none."
    )
    answer_type = dy.String(
        nullable=True,
        description="A label for counting: the gold answer's kind, e.g. `integer`.",
    )
    verifier = dy.String(
        nullable=True, description="The verifier that judges its rollouts, e.g. `math`."
    )
    tests = dy.String(nullable=True, description="Tests of a program, as JSON.")
    metadata = dy.String(
        nullable=True, description="What the source's own scorer needs to know, as JSON."
    )
    other_columns = dy.String(
        metadata=LATER,
        nullable=True,
        description="Columns of its row that the recipe maps to nothing, as JSON; long texts are "
        "left out.",
    )
    is_unverified = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="True where the recipe keeps it though no rule can judge answers; else null.",
    )
    is_proof = dy.Bool(nullable=True, description="Asks for a proof, which no rule can judge.")
    is_multi_part = dy.Bool(nullable=True, description="Asks several questions at once.")
    needs_figure = dy.Bool(nullable=True, description="Refers to a figure that the text lacks.")
    drop_reason = dy.String(nullable=True, description="Why it is not asked; null if it is.")
    drop_detail = dy.String(nullable=True, description="The particulars of the drop reason.")
    duplicate_of = dy.String(
        nullable=True, description="`source/upstream_row` of the row that is kept in its place."
    )
    duplicate_kind = dy.String(
        metadata=LATER, nullable=True, description="`exact` or `near`; null if it is no duplicate."
    )
    similarity = dy.Float64(
        metadata=LATER,
        nullable=True,
        min=0.0,
        max=1.0,
        description="Jaccard index of its shingles and those of the row that is kept.",
    )
    contaminated_by = dy.String(
        nullable=True, description="`source/upstream_row` of the benchmark problem it repeats."
    )
    conflicting_gold = dy.List(
        dy.String(), nullable=True, description="All gold answers, where sources disagree on them."
    )

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(PROMPT_REASONS))


def askable(prompts: pl.LazyFrame) -> pl.LazyFrame:
    """Return the prompts that may be asked, in order: no drop reason, one row per `prompt_id`."""
    kept = prompts.filter(pl.col("drop_reason").is_null())
    return kept.unique("prompt_id", keep="first", maintain_order=True)


class FileRows(dy.Schema):
    """One row per completion in the files of existing rollouts, and per row without one."""

    policy = dy.String(primary_key=True, description="Name of the policy in the recipe.")
    file_row = dy.String(
        primary_key=True,
        description="Position in the file, from 0; after the file's name where there are several.",
    )
    part = dy.Int32(primary_key=True, description="Place in the row's list of completions.")
    prompt_index = dy.Int32(
        primary_key=True, description="Counts the prompts that it answers, where it has several."
    )
    prompt_id = dy.String(nullable=True, description="The prompt that it answers; null if none.")
    sample_index = dy.Int32(nullable=True, description="Its position inside the prompt's group.")
    drop_reason = dy.String(nullable=True, description="Why it is not taken; null if it is.")
    drop_detail = dy.String(nullable=True, description="The particulars of the drop reason.")

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(FILE_REASONS))


class Rollouts(dy.Schema):
    """One row per sampled completion."""

    rollout_id = dy.String(
        primary_key=True,
        description="Hash of prompt, policy revision, template, sampling, sample index and the "
        "larger limit, if any.",
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    sample_index = dy.Int32(min=0, description="Position inside the prompt's group.")
    policy = dy.String(description="Name of the policy in the recipe.")
    policy_revision = dy.String(
        description="Hash of its weights, or the revision its recipe declares."
    )
    template_id = dy.String(
        description="Hash of chat template, system prompt, worked examples, prefill."
    )
    sampling_id = dy.String(
        description="Hash of the sampling settings that change the distribution."
    )
    completion = dy.String(
        nullable=True,
        description="Everything sampled after the prompt, raw; null if there was an error.",
    )
    prefill = dy.String(
        description="All that the prompt began the completion with, a think tag that the chat "
        "template opens included: a whole completion is prefill and completion. Often empty."
    )
    finish_reason = dy.Enum(
        ["stop", "length"],
        nullable=True,
        description="Why sampling ended; null if there was an error.",
    )
    num_prompt_tokens = dy.Int32(
        nullable=True,
        description="Tokens of the rendered prompt; of several samples of one request, with the "
        "first.",
    )
    num_completion_tokens = dy.Int32(
        nullable=True,
        description="Tokens sampled; of several samples of one request, shared out by length.",
    )
    max_tokens = dy.Int32(
        metadata=LATER,
        nullable=True,
        description="The larger limit at which it was asked again; null where it was not.",
    )
    error_class = dy.String(
        nullable=True, description="Class of the error, e.g. `prompt_too_long`."
    )
    error = dy.String(nullable=True, description="What the engine said.")
    metadata = dy.String(
        metadata=LATER,
        nullable=True,
        description="Other columns of its row in a file, as JSON; long texts are left out.",
    )
    file_outcome = dy.String(
        metadata=LATER,
        nullable=True,
        description="The verdict that the file brings, `correct` or `incorrect`; never used as "
        "ours.",
    )
    file_row = dy.String(
        metadata=LATER,
        nullable=True,
        description="Where a file has it: its row, and its place in the row's list.",
    )
    seconds = dy.Float64(
        nullable=True, description="From the request to its end; not part of the content."
    )
    engine = dy.String(
        nullable=True,
        description="Engine, version, device and number format; not part of the content.",
    )


class Verdicts(dy.Schema):
    """One row per judgement of a rollout by a verifier."""

    rollout_id = dy.String(primary_key=True, description="The rollout that was judged.")
    verifier = dy.String(primary_key=True, description="The rule that judged it.")
    verifier_version = dy.Int32(
        primary_key=True, description="Its version; raised when verdicts change."
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    outcome = dy.Enum([outcome.value for outcome in Outcome], description="The conclusion.")
    predicted_answer = dy.String(
        nullable=True, description="The answer found in the response, if any."
    )
    detail = dy.String(description="Why, where the outcome alone does not say; else empty.")
    decided_by = dy.String(
        nullable=True, description="`rule`, or the judge's policy where a rule did not decide."
    )
    answer_type = dy.String(
        nullable=True,
        description="A label for counting: the gold answer's kind, e.g. `integer`.",
    )
    read_from = dy.String(
        nullable=True, description="The form the answer was read from, e.g. `box`, `sentence`."
    )
    test_results = dy.String(
        nullable=True, description="What became of each test of a program, as JSON."
    )
    seconds = dy.Float64(description="Time the judgement took; not part of the content.")

    @dy.rule()
    def no_answer_means_none_predicted(cls) -> pl.Expr:
        """A rollout with no answer carries no predicted answer."""
        return (pl.col("outcome") != Outcome.NO_ANSWER.value) | pl.col("predicted_answer").is_null()


class Finding(StrEnum):
    """What a judge's two replies about a rollout, one per order, come to together."""

    CORRECT = "correct"
    """Right in both orders."""
    INCORRECT = "incorrect"
    """Wrong in both orders."""
    SCORED = "scored"
    """A score of quality in both orders."""
    DISAGREEMENT = "disagreement"
    """Right in one order and wrong in the other: the order decided, not the answer."""
    UNSURE = "unsure"
    """The judge says that it cannot tell, in one order or in both."""
    MALFORMED = "malformed"
    """A reply is not in the form that was asked for; `detail` says how."""
    NO_REPLY = "no_reply"
    """A request failed; `detail` names its error class."""
    NOT_ASKED = "not_asked"
    """The judge was not shown the rollout; `detail` says why."""


class JudgeQuestions(dy.Schema):
    """One row per rollout, purpose and order: what a judge is asked about it."""

    rollout_id = dy.String(primary_key=True, description="The rollout that is judged.")
    purpose = dy.Enum(
        ["correctness", "quality"],
        primary_key=True,
        description="`correctness` of its answer, or `quality` of a response that is correct.",
    )
    order = dy.Enum(
        ["reference_first", "candidate_first"],
        primary_key=True,
        description="What the question shows first.",
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    question_id = dy.String(
        description="Hash of all that is asked, the `prompt_id` of its reply; rows can share it."
    )
    shown = dy.Enum(
        ["answer", "response"],
        description="What is shown of the rollout: its predicted answer alone, or its response.",
    )
    system_message = dy.String(description="What the judge is told to do.")
    question = dy.String(description="Problem, reference and candidate, each between its fences.")
    addressing = dy.String(
        nullable=True, description="Where the response speaks to its judge, if it does."
    )
    refusal = dy.String(nullable=True, description="Why the judge is not asked; null if it is.")


class Judgements(dy.Schema):
    """One row per rollout, judge and purpose: what both orders of a question came to."""

    rollout_id = dy.String(primary_key=True, description="The rollout that was judged.")
    judge = dy.String(primary_key=True, description="The judge's name in the recipe.")
    purpose = dy.Enum(
        ["correctness", "quality"],
        primary_key=True,
        description="`correctness` of its answer, or `quality` of a response that is correct.",
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    finding = dy.Enum([finding.value for finding in Finding], description="The conclusion.")
    score = dy.Float64(nullable=True, description="Mean of both orders; null unless both score.")
    score_reference_first = dy.Float64(
        nullable=True,
        description="Correctness: 1 right, 0.5 unsure, 0 wrong. Quality: 1 to 10. Null: no score.",
    )
    score_candidate_first = dy.Float64(nullable=True, description="The same in the other order.")
    difference = dy.Float64(
        nullable=True, description="Reference first minus candidate first: what the order did."
    )
    rationale_reference_first = dy.String(nullable=True, description="Why, as the judge says.")
    rationale_candidate_first = dy.String(nullable=True, description="The same in the other order.")
    shown = dy.Enum(["answer", "response"], description="What the judge was shown of the rollout.")
    addressing = dy.String(
        nullable=True, description="Where the response speaks to its judge, if it does."
    )
    detail = dy.String(description="Why there is no score, for each order; else empty.")


class Signals(dy.Schema):
    """One row per rollout: what was measured on it, before any threshold."""

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


class Sketches(dy.Schema):
    """One row per rollout: the numbers by which near duplicates are found."""

    rollout_id = dy.String(primary_key=True, description="The rollout.")
    prompt_id = dy.String(description="The prompt that was answered.")
    bands = dy.List(
        dy.Int32(),
        description="The bands of its MinHash: rollouts that share one may be near duplicates.",
    )


class PassRates(dy.Schema):
    """One row per prompt and policy: how often it is solved."""

    prompt_id = dy.String(primary_key=True, description="The prompt.")
    policy_revision = dy.String(primary_key=True, description="The policy's revision.")
    sampling_id = dy.String(primary_key=True, description="The sampling settings.")
    policy = dy.String(description="Name of the policy in the recipe.")
    num_rollouts = dy.Int32(description="Rollouts that were sampled, errors included.")
    num_judged = dy.Int32(description="Rollouts that say something about the policy.")
    num_correct = dy.Int32(description="Of those, the correct ones.")
    pass_rate = dy.Float64(
        nullable=True, min=0.0, max=1.0, description="Correct / judged; null if nothing was judged."
    )


class Selections(dy.Schema):
    """One row per rollout a dataset decided on."""

    dataset = dy.String(primary_key=True, description="The dataset that decided, e.g. `reasoning`.")
    rollout_id = dy.String(primary_key=True, description="The rollout.")
    prompt_id = dy.String(description="The prompt that was answered.")
    is_kept = dy.Bool(description="Whether the dataset keeps it.")
    drop_reason = dy.String(nullable=True, description="Why not; null if kept.")
    rank = dy.Int32(
        nullable=True, description="Place among the eligible ones of its prompt, from 0."
    )
    duplicate_of = dy.String(
        metadata=LATER, nullable=True, description="The rollout of better rank that says the same."
    )
    duplicate_kind = dy.String(
        metadata=LATER, nullable=True, description="`exact` or `near`; null if it is no duplicate."
    )
    similarity = dy.Float64(
        metadata=LATER,
        nullable=True,
        min=0.0,
        max=1.0,
        description="Jaccard index of its shingles and those of that rollout.",
    )

    @dy.rule()
    def dropped_means_a_reason(cls) -> pl.Expr:
        """A row is kept or has a drop reason, never both or neither."""
        return pl.col("is_kept") == pl.col("drop_reason").is_null()

    @dy.rule()
    def drop_reason_is_registered(cls) -> pl.Expr:
        """A drop reason is one of the registry's."""
        return pl.col("drop_reason").is_null() | pl.col("drop_reason").is_in(list(ROLLOUT_REASONS))


MESSAGES = dy.List(dy.Struct({"role": dy.String(), "content": dy.String()}))


class Mixtures(dy.Schema):
    """One row per training example, in TRL's conversational prompt-completion form."""

    dataset = dy.String(primary_key=True, description="The mixture, e.g. `sft`.")
    row = dy.Int64(primary_key=True, min=0, description="Position in the mixture.")
    prompt = dy.List(
        dy.Struct({"role": dy.String(), "content": dy.String()}),
        description="The messages before the completion.",
    )
    completion = dy.List(
        dy.Struct({"role": dy.String(), "content": dy.String()}),
        description="The assistant's message, reasoning included.",
    )
    rollout_id = dy.String(description="The rollout it came from.")
    prompt_id = dy.String(description="The prompt that was answered.")
    source = dy.String(description="The source of the prompt.")
    domain = dy.String(description="The domain of the prompt.")
    licence = dy.String(nullable=True, description="The licence of the source.")
    is_unverified = dy.Bool(
        metadata=LATER,
        nullable=True,
        description="True where nothing says that its answer is right; else null.",
    )
    file_outcome = dy.String(
        metadata=LATER,
        nullable=True,
        description="The verdict that a file of existing rollouts brought.",
    )
    metadata = dy.String(
        metadata=LATER,
        nullable=True,
        description="Other columns of its row in the file of rollouts, or else in its source.",
    )


class Policies(dy.Schema):
    """One row per model."""

    policy = dy.String(primary_key=True, description="Its name in the recipe.")
    kind = dy.String(description="`weights`, `endpoint`, `rollouts` or `worked_examples`.")
    revision = dy.String(description="Hash of its weights, or the revision its recipe declares.")
    location = dy.String(
        description="Folder of the weights (relative to the data folder if inside it), URL or file."
    )
    trained_from = dy.String(
        nullable=True, description="Revision of the model training began from."
    )
    trained_on = dy.String(nullable=True, description="`table@fingerprint` it was trained on.")
    training = dy.String(nullable=True, description="Training settings and final metrics, as JSON.")


class Scores(dy.Schema):
    """One row per policy, benchmark and metric."""

    policy = dy.String(primary_key=True, description="The policy that was scored.")
    benchmark = dy.String(
        primary_key=True, description="Source of the prompts; `all` for all of them."
    )
    metric = dy.String(primary_key=True, description="E.g. `pass@1`.")
    value = dy.Float64(nullable=True, description="Mean over prompts; null if nothing was judged.")
    standard_error = dy.Float64(nullable=True, description="Of the mean, clustered by prompt.")
    num_prompts = dy.Int32(description="Prompts behind the mean.")
    num_rollouts = dy.Int32(description="Rollouts sampled.")
    num_judged = dy.Int32(description="Rollouts that say something about the policy.")
    num_failed = dy.Int32(description="Rollouts whose judgement failed, or whose request did.")
    num_timed_out = dy.Int32(description="Rollouts whose judgement timed out.")


class Comparisons(dy.Schema):
    """One row per pair of policies: how their scores differ on the same prompts."""

    policy = dy.String(primary_key=True, description="The policy.")
    baseline = dy.String(primary_key=True, description="The policy it is compared with.")
    benchmark = dy.String(
        primary_key=True, description="Source of the prompts; `all` for all of them."
    )
    metric = dy.String(primary_key=True, description="E.g. `pass@1`.")
    difference = dy.Float64(nullable=True, description="Policy minus baseline, paired by prompt.")
    standard_error = dy.Float64(nullable=True, description="Of the mean paired difference.")
    num_prompts = dy.Int32(description="Prompts scored for both.")


BY_RULE = "rule"
"""Stands in `decided_by` where no judge decided."""
UNVERIFIED = "unverified"
"""Stands in the verdicts on rollouts that a recipe keeps though no rule can judge them."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What tells where the rows of a table went."""

    column: str
    """The column that says it; null means that the row stayed."""
    told: pl.Expr
    """The same in words, for people: what stayed has a word too."""


_OUTCOME, _DECIDED_BY = pl.col("outcome").cast(pl.String), pl.col("decided_by").fill_null(BY_RULE)

FATES: Mapping[type[dy.Schema], Fate] = {
    Prompts: Fate("drop_reason", pl.col("drop_reason").fill_null("kept")),
    FileRows: Fate("drop_reason", pl.col("drop_reason").fill_null("read")),
    Verdicts: Fate(
        "outcome",
        pl.when(_DECIDED_BY == BY_RULE)
        .then(_OUTCOME)
        .otherwise(pl.format("{} by {}", _OUTCOME, _DECIDED_BY)),
    ),
    JudgeQuestions: Fate("refusal", pl.col("refusal").fill_null("asked")),
    Judgements: Fate(
        "finding",
        pl.format("{} {}", pl.col("purpose").cast(pl.String), pl.col("finding").cast(pl.String)),
    ),
    Selections: Fate("drop_reason", pl.col("drop_reason").fill_null("kept")),
}
"""The tables that say where their rows went, and how each says it."""

NOT_CONTENT = frozenset({"seconds", "engine"})
"""Columns that say how long something took, or on what: no part of a table's data version."""
