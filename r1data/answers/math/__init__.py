"""Mathematical answers: read strictly, compared exactly, numerically only where that cannot be."""
