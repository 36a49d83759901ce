import polars as pl

from r1data.tables import Prompts, Rollouts


def prompts(**columns):
    size = max(len(values) for values in columns.values())
    given = {"prompt_id": [f"p{n}" for n in range(size)], **columns}
    empty = Prompts.create_empty()
    return pl.DataFrame(
        {name: given.get(name, [None] * size) for name in empty.columns}, schema=empty.schema
    )


def rollouts(*completions, **columns):
    given = {
        "rollout_id": [f"r{n}" for n in range(len(completions))],
        "prompt_id": ["p0"] * len(completions),
        "completion": completions,
        "policy": ["teacher"] * len(completions),
        "prefill": [""] * len(completions),
        **columns,
    }
    empty = Rollouts.create_empty()
    return pl.DataFrame(
        {name: given.get(name, [None] * len(completions)) for name in empty.columns},
        schema=empty.schema,
    )
