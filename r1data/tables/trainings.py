"""Trainings: what was logged while a policy was trained, and what it wrote under rewards."""

import dataframely as dy


class TrainingLogs(dy.Schema):
    """One row per step and metric that a training logged."""

    policy = dy.String(primary_key=True, description="The policy that was trained.")
    step = dy.Int32(primary_key=True, min=0, description="The step, from 1.")
    metric = dy.String(
        primary_key=True,
        description="By TRL's names: `loss`, `reward`, `rewards/accuracy/mean`, `kl`, `entropy`, "
        "`completions/mean_length`, `frac_reward_zero_std` (groups whose rewards are all equal).",
    )
    value = dy.Float64(nullable=True, description="Its value; null where it was no number.")


class RLRollouts(dy.Schema):
    """One row per completion that was sampled and rewarded while a policy was trained."""

    policy = dy.String(primary_key=True, description="The policy that was trained, and wrote it.")
    step = dy.Int32(primary_key=True, min=0, description="The step that it was sampled for.")
    sample_index = dy.Int32(
        primary_key=True, min=0, description="Its place in the step; groups stand together."
    )
    prompt_id = dy.String(description="The prompt that was answered.")
    completion = dy.String(description="Everything sampled after the prompt.")
    outcome = dy.String(nullable=True, description="The verdict on it, as in `Verdicts`.")
    predicted_answer = dy.String(nullable=True, description="The answer that was read in it.")
    reward = dy.Float64(
        nullable=True, description="The sum of its rewards by their weights; null if it has none."
    )
    accuracy = dy.Float64(nullable=True, description="1 if it is correct, 0 if not.")
    format = dy.Float64(nullable=True, description="1 if it is well-formed, 0 if not.")
    language_consistency = dy.Float64(
        nullable=True, description="Share of the reasoning's words in the prompt's language."
    )
    foreign_words = dy.Float64(
        nullable=True, description="0.5, less what the reasoning's words in other languages cost."
    )
    repetition = dy.Float64(nullable=True, description="From 0 down, for n-grams that come again.")
    soft_overlong = dy.Float64(nullable=True, description="From 0 down to -1, for its length.")
    helpful = dy.Float64(nullable=True, description="The score of the model of helpfulness.")
    safety = dy.Float64(nullable=True, description="The score of the model of safety.")
    advantage = dy.Float64(
        nullable=True, description="The reward beside those of its group, as TRL normalised it."
    )
