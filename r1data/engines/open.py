"""Opening the engine that completes prompts with a policy."""

from collections.abc import Callable

from r1data.endpoints.batches.engine import BatchEndpoint, Unbatched
from r1data.endpoints.batches.records import BatchRecords
from r1data.endpoints.endpoint import Endpoint
from r1data.engines.existing import ExistingRollouts
from r1data.engines.vllm import Vllm
from r1data.engines.worked import WorkedExamples
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
        records = BatchRecords(store.shared_logs, policy.revision)
        if settings.batch is not None:
            return BatchEndpoint(policy.name, settings, records, say=say)
        return Unbatched(Endpoint(policy.name, settings), records)
    if isinstance(settings, RolloutsPolicy):
        return ExistingRollouts(policy.name, settings)
    if isinstance(settings, WeightsPolicy):
        if policy.weights is None:
            raise ValueError(f"policy {policy.name} has no weights; run its policy table first")
        log_file = store.root / "engines" / f"{policy.name}.log"
        return Vllm(
            policy.weights,
            settings.engine,
            log_file=log_file,
            max_model_len=settings.max_model_len,
            chat_template_kwargs=settings.template.chat_template_kwargs,
        )
    return WorkedExamples()
