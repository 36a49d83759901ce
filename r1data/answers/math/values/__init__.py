"""Values of answers, read from formulas: numbers with units, lists, sets, relations."""
