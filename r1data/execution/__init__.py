"""Running a stage function over the shards of a table."""
