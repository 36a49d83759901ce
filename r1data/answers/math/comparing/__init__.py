"""Whether a predicted value is the gold one: a comparator for each kind."""
