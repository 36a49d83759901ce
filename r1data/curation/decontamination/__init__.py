"""Decontamination: texts that hold a benchmark's question or its reference solution."""
