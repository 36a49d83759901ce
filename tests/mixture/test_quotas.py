import pytest
from pydantic import ValidationError

from r1data.mixture.quotas import MixtureQuotas

AVAILABLE = {"math": {"gsm8k": 900, "aime": 100}, "code": {"mbpp": 50}, "general": {"alpaca": 400}}


def wanted(available=AVAILABLE, **settings):
    found = MixtureQuotas.model_validate(settings).wanted(available)
    return {domain: rows for domain, rows in found.items() if rows != 0}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param(
            {},
            {"math": 395285, "code": 211129, "stem": 10124, "logic": 10395, "general": 177812},
            id="the paper's own rows",
        ),
        pytest.param(
            {"total": 1000},
            {"math": 491, "code": 262, "stem": 13, "logic": 13, "general": 221},
            id="the paper's proportions",
        ),
        pytest.param(
            {"total": 10, "domains": {"math": 1, "code": 1, "stem": 1}},
            {"math": 4, "code": 3, "stem": 3},
            id="proportions that leave a rest",
        ),
        pytest.param(
            {"domains": {"math": 5}},
            {"math": 5, "code": None, "stem": None, "logic": None, "general": None},
            id="rows of one domain, others whole",
        ),
        pytest.param(
            {"total": "most", "domains": {"math": 1, "code": 1}},
            {"math": 50, "code": 50},
            id="as many as the scarcest domain allows",
        ),
        pytest.param(
            {"total": "most", "domains": {"math": 1, "code": 1}, "sources": {"mbpp": 20}},
            {"math": 20, "code": 20},
            id="as many as the scarcest domain allows under a cap",
        ),
        pytest.param(
            {"total": "most", "domains": {"math": 4, "general": 1}, "sources": {"gsm8k": 0.5}},
            {"math": 200, "general": 50},
            id="as many as a source's share of its domain allows",
        ),
        pytest.param(
            {
                "total": "most",
                "domains": {"math": 1},
                "sources": {"gsm8k": 0.9, "aime": 0.1},
            },
            {"math": 1000},
            id="shares that only some totals divide into rows",
        ),
    ],
)
def test_a_domain_is_to_have(settings, expected):
    assert wanted(**settings) == expected


@pytest.mark.parametrize("total", [1, 7, 99, 804_745])
def test_quotas_add_up_to_the_total(total):
    assert sum(wanted(total=total).values()) == total


def test_a_share_of_rows_is_not_rounded_twice():
    quotas = MixtureQuotas(domains={"math": 100}, sources={"gsm8k": 0.29})
    assert quotas.caps(quotas.wanted(AVAILABLE), AVAILABLE) == {"gsm8k": 29}


def test_a_cap_is_a_number_of_rows_or_a_share_of_the_domains_quota():
    quotas = MixtureQuotas(total=1000, sources={"aime": 7, "gsm8k": 0.5, "elsewhere": 3})
    caps = quotas.caps(quotas.wanted(AVAILABLE), AVAILABLE)
    assert caps == {"aime": 7, "gsm8k": 245}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param({"domains": {"math": 0.5}}, "give the rows of the whole", id="no total"),
        pytest.param({"domains": {"math": 0}}, "wants no rows of any domain", id="nothing"),
        pytest.param({"domains": {}}, "wants no rows of any domain", id="empty"),
        pytest.param({"domains": {"maths": 1}}, "'math'", id="no such domain"),
        pytest.param({"sources": {"a": 1.5}}, "less than 1", id="a share above 1"),
        pytest.param({"sources": {"a": 0}}, "greater than 0", id="a cap of none"),
        pytest.param({"total": 0}, "greater than 0", id="no rows"),
    ],
)
def test_quotas_that_cannot_be_meant_are_refused(settings, message):
    with pytest.raises(ValidationError, match=message):
        MixtureQuotas.model_validate(settings)


def test_a_share_of_a_domain_without_a_quota_is_a_fault():
    quotas = MixtureQuotas(domains={"math": 5}, sources={"alpaca": 0.5, "gsm8k": 0.5})
    (fault,) = quotas.faults("sft.quotas", {"alpaca": "general", "gsm8k": "math"})
    assert fault.startswith("`sft.quotas.sources.alpaca` is 0.5 of the domain general, which has")


def test_most_of_a_domain_without_rows_is_refused():
    quotas = MixtureQuotas(total="most")
    with pytest.raises(ValueError, match="no row of the domain stem is kept"):
        quotas.wanted(AVAILABLE)
    faults = [*quotas.faults("sft.quotas", {"gsm8k": "math", "mbpp": "code", "bbh": "logic"})]
    assert [fault.partition(":")[0] for fault in faults] == [
        "`sft.quotas.total` is `most`, and no source has the domain stem",
        "`sft.quotas.total` is `most`, and no source has the domain general",
    ]
