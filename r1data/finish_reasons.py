"""Finish reasons: the words by which servers say why a completion ended, and what each means.

A word counts by its letters alone: `MAX_TOKENS`, `max-tokens`, `FinishReason.MAX_TOKENS` and
`FINISH_REASON_MAX_TOKENS` are one word.
"""

import re
from collections.abc import Mapping
from enum import StrEnum


class Finish(StrEnum):
    """Why a completion ended, as far as it matters to us."""

    STOP = "stop"
    """The model was done, or came to a stop text."""
    LENGTH = "length"
    """It reached the token limit or the end of the context."""
    REFUSED = "refused"
    """A filter or the model refused the response, or a tool was called: an answer in itself."""
    BROKEN_OFF = "broken_off"
    """The server gave up in the middle; asking again may bring a whole completion."""


WORDS: Mapping[Finish, str] = {
    Finish.STOP: "stop stopped eos eos_token eot stop_sequence stop_word stop_str stop_token "
    "stop_token_id end_turn end_of_turn end_of_text end_of_sequence complete completed finish "
    "finished done normal success",
    Finish.LENGTH: "length max_tokens max_token max_length max_output_tokens max_new_tokens "
    "max_completion_tokens max_output max_tokens_reached max_model_len limit token_limit "
    "token_limit_reached length_limit length_capped output_limit model_length context_length "
    "context_length_exceeded context_window_exceeded model_context_window_exceeded error_limit "
    "truncated incomplete",
    Finish.REFUSED: "content_filter content_filtered content_filter_error filtered filter safety "
    "sensitive moderation flagged blocked blocklist content_blocked recitation language "
    "prohibited_content spii jailbreak model_armor error_toxic guardrail_intervened guardrails "
    "refusal refused tool_call tool_calls tool_use function_call malformed_function_call "
    "malformed_tool_call malformed_tool_use unexpected_tool_call too_many_tool_calls",
    Finish.BROKEN_OFF: "error errored failed failure abort aborted cancel canceled cancelled "
    "user_cancel interrupted network_error server_error internal_error engine_error timeout "
    "timed_out time_limit deadline_exceeded insufficient_system_resource resource_exhausted "
    "overloaded rate_limit_exceeded preempted evicted unavailable rejected pause_turn load unload "
    "malformed_response malformed_model_output",
}
"""The words of OpenAI, vLLM, SGLang, TGI, llama.cpp, Ollama, TensorRT-LLM, DeepSeek, Zhipu,
Mistral, Anthropic, Bedrock, Gemini, Vertex, Cohere and Together, and of gateways before them."""
PREFIX = "finishreason"


def _letters(word: str) -> str:
    """Return the letters of a word, in lower case, without the name of the field."""
    return re.sub("[^a-z]", "", word.lower()).removeprefix(PREFIX)


FINISH = {_letters(word): finish for finish, words in WORDS.items() for word in words.split()}
UNSAID = ("", "null", "none", "unspecified")


def finish_of(word: object) -> Finish | None:
    """Return what a server's finish reason means; None for a word that is not known.

    A server that gives no reason is taken to be done. SGLang's own form is an object with the word
    as its `type`.

    >>> finish_of("MAX_TOKENS"), finish_of({"type": "abort"}), finish_of(None)
    (<Finish.LENGTH: 'length'>, <Finish.BROKEN_OFF: 'broken_off'>, <Finish.STOP: 'stop'>)
    >>> finish_of("vanished") is None
    True
    """
    said = word.get("type", word) if isinstance(word, dict) else word
    if said is None:
        return Finish.STOP
    if not isinstance(said, str):
        return None
    letters = _letters(said)
    return Finish.STOP if letters in UNSAID else FINISH.get(letters)


def is_cut_off(word: object) -> bool:
    """Tell whether a finish reason says that a completion ended before it was whole.

    >>> is_cut_off("max_output_tokens"), is_cut_off("abort"), is_cut_off("eos_token")
    (True, True, False)
    """
    return finish_of(word) not in (Finish.STOP, None)
