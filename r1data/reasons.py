"""Drop reasons: every reason for which a row leaves, each with its sentence.

The one registry. A table refuses a reason that is not here, and the card, the UI, the terminal and
the documentation read their sentences here.
"""

from collections.abc import Mapping

SUSPECT = (
    "Most rollouts agree on another answer, and a judge that did not know which is which found the "
    "gold answer wrong; without a judge, more agree than the recipe allows."
)
SIMILAR = "A row that is kept, see `duplicate_of`, says nearly the same."

PROMPT_REASONS: Mapping[str, str] = {
    "invalid_json": "The row is no JSON object; the detail has its line and what stands there.",
    "invalid_csv": "The row has more or fewer fields than the file's header.",
    "invalid_value": "A value of the row cannot be read, or is nested too deeply.",
    "duplicate_id": "Its id stands on an earlier row of the source.",
    "no_problem": "The problem is missing, empty or no text.",
    "invalid_character": "The problem or the gold answer holds a control character or half a "
    "surrogate pair, the trace of damage.",
    "invalid_choices": "The choices are in no form that is read.",
    "no_gold_answer": "A verifier is set, and there is no gold answer nor what stands in for it; "
    "or the gold answer says that there is none, as `N/A` does.",
    "no_tests": "A program was asked for, and there are no tests nor solutions to make them from.",
    "bad_gold": "The gold answer does not verify against itself.",
    "contaminated": "A benchmark has the same problem, see `contaminated_by`.",
    "conflicting_gold": "Rows of this problem disagree on the gold answer.",
    "duplicate": "A better row, see `duplicate_of`, has the same problem.",
    "near_duplicate": SIMILAR,
    "semantic_duplicate": "A row that is kept, see `duplicate_of`, asks the same in other words.",
}
"""Why a prompt is not asked."""

FILE_REASONS: Mapping[str, str] = {
    **{name: PROMPT_REASONS[name] for name in ("invalid_json", "invalid_csv", "invalid_value")},
    "other_model": "It is by another model than the policy's.",
    "no_problem": PROMPT_REASONS["no_problem"],
    "no_prompt": "No prompt that is asked has its problem.",
    "no_text": "It has no completion, or one that is no text.",
    "over_group_size": "The round takes fewer completions of its problem.",
}
"""Why a completion of a file is not taken."""

KIND_REASONS: Mapping[str, str] = {
    "unsafe": "It plainly asks for harm, see `unsafe_kinds`, and is set aside.",
}
"""Why the general round does not ask a prompt."""

ROLLOUT_REASONS: Mapping[str, str] = {
    "not_asked": "The run was told to stop before it was asked for.",
    "no_completion": "The request failed.",
    "not_judged": "There is no verdict.",
    "suspect_gold": SUSPECT,
    "incorrect": "Its verifier found the answer wrong.",
    "no_answer": "The response holds no answer in a form that is read, or was cut off before it.",
    "undecided": "No rule can tell whether the answer is right, and no judge did.",
    "bad_gold": "The gold answer does not verify against itself.",
    "timed_out": "Judging took longer, or more memory, than its limit.",
    "failed": "The verifier crashed.",
    "truncated": "It ended at the token limit, or breaks off before its end.",
    "malformed": "It is not one think block and then a response; its signals say what is wrong. "
    "Where the prompt opens the block, say `template: {reasoning: prefilled}`; where none is, "
    "`template: {reasoning: none}` and `selection: {require_form: false}`.",
    "quotes_benchmark": "It quotes a benchmark's question or reference solution.",
    "too_long": "It has more tokens than the recipe allows.",
    "looping": "It falls into a loop, see `loop_start`.",
    "repetitive": "More of it than the recipe allows stands earlier in it, or it compresses more.",
    "long_paragraph": "A paragraph is longer than the recipe allows.",
    "code_in_reasoning": "Its reasoning holds more code blocks than the recipe allows.",
    "wrong_language": "Too few words of its reasoning are of the problem's language.",
    "mixed_language": "It goes over into another language, see `foreign_spans`.",
    "contradicts_reasoning": "Its response gives another answer than its reasoning ends with, see "
    "`concluded_answer`.",
    "answer_in_reasoning": "Its answer stands in the reasoning alone, see `concluded_answer`.",
    "refusal": "Its response declines what was asked.",
    "ai_disclaimer": "Its response speaks as an AI, such as `As an AI language model`.",
    "boilerplate": "Its response begins or ends with a phrase said by rote, such as `Sure!`.",
    "other_identity": "It speaks of itself by the name of a model or maker that is not allowed, "
    "see `self_names`.",
    "placeholder": "Its response leaves more to fill in than the recipe allows, see "
    "`placeholders`.",
    "unfinished_list": "Its response breaks off in a list, or announces more than it gives.",
    "many_links": "It holds more links than the recipe allows.",
    "personal_data": "It holds personal data, see `private_spans`.",
    "secret": "It holds a secret, such as the key of a service, see `private_spans`.",
    "reasoning_missing": "It has no reasoning, and its question deserves some.",
    "reasoning_needless": "It reasons, and its question, such as `hello`, deserves no reasoning.",
    "unsafe": "It is set aside: its problem plainly asks for harm, or its response gives it, see "
    "`unsafe_kinds`.",
    "low_score": "The round's quality classifier scores its response lower than it may be.",
    "low_quality": "The round's judge scores its response lower than the recipe wants.",
    "not_scored": "The round's judge gave its response no score, and the recipe wants one.",
    "too_hard": "Its prompt is solved less often than the recipe wants.",
    "too_easy": "Its prompt is solved more often than the recipe wants.",
    "easy_prompt": "Its prompt is easy, and of those the recipe keeps a share, chosen by hash.",
    "control": "It was drawn by lot in place of those that a filter drops, of which this selection "
    "is the control.",
    "changed_answer": "It is a rewrite, and gives another answer than what it rewrites.",
    "lost_reasoning": "It is a rewrite, and keeps less of the reasoning, by its length or by the "
    "numbers in it, than the recipe wants.",
    "added_conclusion": "It is a rewrite, and holds numbers that neither the problem nor what it "
    "rewrites has, see `new_numbers`.",
    "not_first_person": "It is a rewrite, and its reasoning is not written in the first person.",
    "shorter_rewrite": "It is a rewrite, and a longer one of the same rollout is kept.",
    "rewritten": "A rewrite of it is kept in its place.",
    "not_rewritten": "None of its rewrites could be kept, and the recipe takes no other form of "
    "it.",
    "duplicate_completion": "A rollout of better rank, see `duplicate_of`, has the same text.",
    "near_duplicate": SIMILAR,
    "over_quota": "Enough rollouts of its prompt have a better rank.",
    "rejected_by_reviewer": "A person rejected it, see `reviews`.",
    "reviewers_differ": "As many people rejected it as wanted to keep it, and the recipe lets the "
    "majority decide.",
    "edited": "A person edited it; the edited rollout stands in its place, see `reviews`.",
    "edit_not_verified": "A person edited it, and the verifier does not find the edited response "
    "correct.",
    "edit_not_taken": "It is a person's edit, and others decided for the rollout as it was, or for "
    "another edit.",
    "not_reviewed": "No person reviewed it, and the recipe keeps only what was reviewed.",
}
"""Why a dataset does not keep a rollout."""

MIXTURE_REASONS: Mapping[str, str] = {
    "over_quota_of_source": "The training set has as many rows of its source as the recipe allows.",
    "over_quota_of_domain": "The training set has as many rows of its domain as the recipe wants.",
}
"""Why a rollout that a dataset keeps is not in the training set."""
PAIR_REASONS: Mapping[str, str] = {
    **{name: PROMPT_REASONS[name] for name in ("invalid_json", "invalid_csv", "invalid_value")},
    "unread_pair": "Its row holds no two completions of a conversation that can be read.",
    "other_prompt": "Its two completions answer different prompts.",
    "no_response": "One of its completions is missing, was cut off, or has nothing after its "
    "reasoning.",
    "same_response": "Its two responses are the same.",
    "benchmark_problem": "A benchmark has the same problem.",
    "repeated_pair": "The same two completions stand on an earlier row.",
    "length_difference": "The responses of the strong and the weak policy differ more in length "
    "than the recipe allows.",
    "not_shown": "The judge was not shown it: a response speaks to its judge.",
    "no_verdict": "The judge said nothing that can be read, in one order or in both.",
    "decided_by_order": "In one order the judge prefers the one, in the other order the other: the "
    "place decided.",
    "not_decided": "The judge prefers neither by more than the recipe wants.",
    "unbalanced_length": "Among pairs that differ as much in length, more have the longer response "
    "chosen than the shorter, or fewer; it was drawn by hash from those too many.",
}
"""Why two completions make no pair of a set of preferences."""

LABEL_REASONS: Mapping[str, str] = {
    **{name: PROMPT_REASONS[name] for name in ("invalid_json", "invalid_csv", "invalid_value")},
    **{name: PAIR_REASONS[name] for name in ("unread_pair", "other_prompt", "no_response")},
    **{name: PAIR_REASONS[name] for name in ("same_response", "benchmark_problem")},
    "repeated_pair": PAIR_REASONS["repeated_pair"],
    "no_text": FILE_REASONS["no_text"],
    "not_labelled": "Nothing says whether it is safe: no file, no rule, no judge in both orders.",
    "contradicting_labels": "The pair takes it for safe, and the rule finds it unsafe.",
    "no_counterpart": "Of its pair the other completion has no label, so that this one would teach "
    "what prompts are asked, not what is safe.",
    "repeated_completion": "The same completion of the same prompt has a label already.",
}
"""Why no reward model learns from a completion."""

BAND_REASONS: Mapping[str, str] = {
    "not_rated": "None of its rollouts was judged, or it has none.",
    "too_few_judged": "Fewer of its rollouts were judged than a pass rate must have to count.",
    "suspect_gold": SUSPECT,
    "suspicious_zero": "It was never solved, and most rollouts were cut off or agree on one other "
    "answer: that does not show that it is hard.",
    "too_hard": "It is solved less often than the band allows.",
    "too_easy": "It is solved more often than the band allows.",
    "easy_prompt": "It is easy, and of those the recipe keeps a share, chosen by hash.",
}
"""Why a prompt is outside a band of pass rates."""


SENTENCES: Mapping[str, str] = {
    **PROMPT_REASONS,
    **FILE_REASONS,
    **BAND_REASONS,
    **KIND_REASONS,
    **ROLLOUT_REASONS,
    **MIXTURE_REASONS,
    **PAIR_REASONS,
    **LABEL_REASONS,
}
"""The sentence of every reason."""
