"""Opening the engine that completes prompts with a policy."""

from pathlib import Path

from r1data.engines.endpoint import Endpoint
from r1data.engines.existing import ExistingRollouts
from r1data.engines.policies import EndpointPolicy, PolicyVersion, RolloutsPolicy, WeightsPolicy
from r1data.engines.protocol import Engine
from r1data.engines.vllm import Vllm
from r1data.engines.worked import WorkedExamples


def open_engine(policy: PolicyVersion, folder: Path) -> Engine:
    """Return the engine of a policy; it starts what it needs at its first request.

    Args:
        policy: Whom to ask.
        folder: Where an engine that talks keeps its log.
    """
    settings = policy.settings
    if isinstance(settings, EndpointPolicy):
        return Endpoint(policy.name, settings)
    if isinstance(settings, RolloutsPolicy):
        return ExistingRollouts(policy.name, settings)
    if isinstance(settings, WeightsPolicy):
        if policy.weights is None:
            raise ValueError(f"policy {policy.name} has no weights; run its policy table first")
        log_file = folder / f"{policy.name}.log"
        return Vllm(
            policy.weights,
            settings.engine,
            log_file=log_file,
            max_model_len=settings.max_model_len,
            chat_template_kwargs=settings.template.chat_template_kwargs,
        )
    return WorkedExamples()
