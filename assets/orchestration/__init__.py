"""The binding to Dagster: graph, checks, runs and UI of whatever rounds there are."""
