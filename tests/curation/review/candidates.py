from r1data.curation.review.candidates import Candidate


def candidate(rollout_id="r1", text="<think>1 + 1 = 2</think>It is \\boxed{2}.", **facts):
    return Candidate(rollout_id, "p1", "1 + 1", "2", text, **facts)
