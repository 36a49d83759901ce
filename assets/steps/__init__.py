"""What fills a table of any round, and the run that it is given; none of it knows Dagster."""
