"""Reading the answer that a response gives, in whatever form."""
