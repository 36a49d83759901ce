"""From formulas to what an answer is: a number with its unit, a list, a set, a relation."""
