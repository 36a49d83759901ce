"""Engines that write completions: vLLM, worked examples, files of completions, endpoints."""
