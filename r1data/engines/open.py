"""Opening the engine that completes prompts with a policy.

An engine is imported where it is opened: commands that only read load none.
"""

from collections.abc import Callable

from r1data.policies.settings import EndpointPolicy, PolicyVersion, RolloutsPolicy, WeightsPolicy
from r1data.protocol import Engine
from r1data.store.store import Store


def open_engine(
    policy: PolicyVersion, store: Store, say: Callable[[str], object] = lambda line: None
) -> Engine:
    """Return the engine of a policy; it starts what it needs at its first request.

    Args:
        policy: Whom to ask.
        store: The data folder: an engine that talks keeps its log there, one of batches its
            records beside it.
        say: Told what takes long.
    """
    settings = policy.settings
    if isinstance(settings, EndpointPolicy):
        return _open_endpoint(policy, settings, store, say)
    if isinstance(settings, WeightsPolicy):
        return _open_weights(policy, settings, store)
    if isinstance(settings, RolloutsPolicy):
        from r1data.engines.existing import ExistingRollouts

        return ExistingRollouts(policy.name, settings)
    from r1data.engines.worked import WorkedExamples

    return WorkedExamples()


def _open_endpoint(
    policy: PolicyVersion, settings: EndpointPolicy, store: Store, say: Callable[[str], object]
) -> Engine:
    from r1data.endpoints.batches.engine import BatchEndpoint, Unbatched
    from r1data.endpoints.batches.records import BatchRecords
    from r1data.endpoints.endpoint import Endpoint

    records = BatchRecords(store.shared_logs, policy.revision)
    if settings.batch is not None:
        return BatchEndpoint(policy.name, settings, records, say=say)
    return Unbatched(Endpoint(policy.name, settings), records)


def _open_weights(policy: PolicyVersion, settings: WeightsPolicy, store: Store) -> Engine:
    from r1data.engines.vllm import Vllm

    if policy.weights is None:
        raise ValueError(f"policy {policy.name} has no weights; run its policy table first")
    return Vllm(
        policy.weights,
        settings.engine,
        log_file=store.root / "engines" / f"{policy.name}.log",
        max_model_len=settings.max_model_len,
        chat_template_kwargs=settings.template.chat_template_kwargs,
    )
