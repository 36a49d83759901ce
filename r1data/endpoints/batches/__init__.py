"""Batch APIs in OpenAI's form: files of requests, answered within a day, at a part of the price."""
