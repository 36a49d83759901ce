"""Classifiers: the quality classifiers that were trained."""

import dataframely as dy


class Classifiers(dy.Schema):
    """One row per quality classifier."""

    classifier = dy.String(primary_key=True, description="Its name: that of its round.")
    revision = dy.String(description="Hash of its file.")
    location = dy.String(description="Its file, relative to the data folder.")
    num_good = dy.Int32(description="Good examples that it learnt from.")
    num_bad = dy.Int32(description="Bad examples that it learnt from.")
    num_held_out = dy.Int32(description="Examples of both sides that it did not learn from.")
    accuracy = dy.Float64(
        nullable=True,
        description="Share of these that it puts on the right side of 0.5; null if there are none.",
    )
