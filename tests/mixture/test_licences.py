import pytest

from r1data.mixture.licences import HUB_LICENCES, forbidden, hub_licence, terms


@pytest.mark.parametrize(
    ("licence", "shared", "commercial", "alike"),
    [
        pytest.param("MIT", True, True, False, id="MIT"),
        pytest.param("The MIT License", True, True, False, id="MIT, in words"),
        pytest.param("Apache 2.0", True, True, False, id="Apache"),
        pytest.param("apache license v2.0", True, True, False, id="Apache, in words"),
        pytest.param("CC BY 4.0", True, True, False, id="attribution"),
        pytest.param("cc_by_sa_4.0", True, True, True, id="share alike"),
        pytest.param("CC BY-NC 4.0", True, False, False, id="non-commercial"),
        pytest.param("cc-by-nc-sa-3.0", True, False, True, id="non-commercial, share alike"),
        pytest.param("CC BY-ND 4.0", False, True, False, id="no derivatives"),
        pytest.param("Proprietary", False, False, False, id="proprietary"),
        pytest.param("All rights reserved", False, False, False, id="all rights reserved"),
        pytest.param("GPL-3.0", True, True, True, id="GPL"),
    ],
)
def test_a_licence_allows_what_it_says(licence, shared, commercial, alike):
    found = terms(licence)
    assert (found.may_be_shared, found.is_commercial, found.is_share_alike) == (
        shared,
        commercial,
        alike,
    )


@pytest.mark.parametrize("licence", [None, "", "  ", "other", "our own terms", "MIT-ish"])
def test_what_is_not_known_is_neither_allowed_nor_forbidden(licence):
    assert terms(licence) is None
    assert forbidden([licence]) == set()


@pytest.mark.parametrize("licence", sorted(HUB_LICENCES))
def test_every_licence_of_the_hub_is_known(licence):
    assert terms(licence) is not None


@pytest.mark.parametrize(
    ("licences", "expected"),
    [
        pytest.param(["Apache-2.0"] * 2, "apache-2.0", id="one"),
        pytest.param(["MIT", "Apache-2.0"], "other", id="two"),
        pytest.param(["Our own terms"], "other", id="unknown to the Hub"),
        pytest.param([None], "other", id="not stated"),
        pytest.param([], "other", id="no rows"),
    ],
)
def test_a_licence_is_named_only_if_all_rows_share_it(licences, expected):
    assert hub_licence(licences) == expected
