"""Engines that write completions: their protocol, vLLM, endpoints, and the request log."""
