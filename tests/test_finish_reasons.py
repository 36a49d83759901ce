import pytest

from r1data.finish_reasons import Finish, finish_of, is_cut_off


@pytest.mark.parametrize(
    ("word", "finish"),
    [
        pytest.param("stop", Finish.STOP, id="OpenAI: stop"),
        pytest.param("eos_token", Finish.STOP, id="TGI: end token"),
        pytest.param("end_turn", Finish.STOP, id="Anthropic: turn"),
        pytest.param("FINISH_REASON_STOP", Finish.STOP, id="Vertex: stop"),
        pytest.param("FinishReason.STOP", Finish.STOP, id="an enum's member as text"),
        pytest.param("COMPLETE", Finish.STOP, id="Cohere: complete"),
        pytest.param(None, Finish.STOP, id="no reason given"),
        pytest.param("", Finish.STOP, id="empty"),
        pytest.param("length", Finish.LENGTH, id="OpenAI: length"),
        pytest.param("MAX_TOKENS", Finish.LENGTH, id="Gemini: limit"),
        pytest.param("maxTokens", Finish.LENGTH, id="camel case"),
        pytest.param("max-output-tokens", Finish.LENGTH, id="hyphens"),
        pytest.param("model_length", Finish.LENGTH, id="Mistral: context"),
        pytest.param("model_context_window_exceeded", Finish.LENGTH, id="Zhipu: context"),
        pytest.param({"type": "length", "length": 9}, Finish.LENGTH, id="SGLang: an object"),
        pytest.param("content_filter", Finish.REFUSED, id="OpenAI: filter"),
        pytest.param("SAFETY", Finish.REFUSED, id="Gemini: filter"),
        pytest.param("tool_calls", Finish.REFUSED, id="OpenAI: a tool"),
        pytest.param("error", Finish.BROKEN_OFF, id="OpenRouter: error"),
        pytest.param("abort", Finish.BROKEN_OFF, id="vLLM: given up"),
        pytest.param("network_error", Finish.BROKEN_OFF, id="Zhipu: network"),
        pytest.param("insufficient_system_resource", Finish.BROKEN_OFF, id="DeepSeek: no room"),
        pytest.param("vanished", None, id="an unknown word"),
        pytest.param(3, None, id="a number"),
        pytest.param(["stop"], None, id="a list"),
        pytest.param({"why": "stop"}, None, id="an object of another form"),
    ],
)
def test_a_finish_reason_is_known_by_its_letters(word, finish):
    assert finish_of(word) is finish


@pytest.mark.parametrize(
    ("word", "cut_off"),
    [("Length", True), ("aborted", True), ("content_filter", True), ("eos", False), ("odd", False)],
)
def test_a_completion_is_cut_off_by_whatever_ended_it_before_its_own_end(word, cut_off):
    assert is_cut_off(word) is cut_off
