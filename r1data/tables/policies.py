"""Policies: the models."""

import dataframely as dy


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
