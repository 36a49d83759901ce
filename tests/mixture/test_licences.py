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
        pytest.param("GPLv3", True, True, True, id="GPL, its version unparted"),
        pytest.param("GNU GPL v3", True, True, True, id="GPL, of GNU"),
        pytest.param("gpl-3.0-or-later", True, True, True, id="GPL, or later"),
        pytest.param("GNU General Public License v3.0 only", True, True, True, id="GPL, in words"),
        pytest.param("BSD 3-Clause License", True, True, False, id="BSD"),
        pytest.param("Creative Commons Zero v1.0 Universal", True, True, False, id="zero"),
        pytest.param("CC BY-NC-ND 4.0 International", False, False, False, id="international"),
        pytest.param("cc-by-nd-3.0-us", False, True, False, id="of a country"),
        pytest.param("CC BY-ND 4.0 DEED", False, True, False, id="deed"),
        pytest.param(
            *("Creative Commons Attribution-NonCommercial 4.0", True, False, False),
            id="non-commercial, in words",
        ),
        pytest.param(
            *("Attribution-NonCommercial-NoDerivatives 4.0 International Public License",),
            *(False, False, False),
            id="no derivatives, in words",
        ),
        pytest.param(
            *("Creative Commons Attribution Share Alike 3.0 Unported", True, True, True),
            id="share alike, in words",
        ),
    ],
)
def test_a_licence_allows_what_it_says(licence, shared, commercial, alike):
    found = terms(licence)
    assert (found.may_be_shared, found.is_commercial, found.is_share_alike) == (
        shared,
        commercial,
        alike,
    )


@pytest.mark.parametrize(
    "licence",
    [
        *(None, "", "  ", "other", "our own terms", "MIT-ish"),
        *(
            "Apache 2.0 (code), CC BY-ND 4.0 (data)",
            "MIT 1.0 or CC BY-NC",
            "Apache 2.0, non-commercial",
        ),
    ],
)
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
        pytest.param(["CC BY 4.0 International", "cc-by-4.0"], "cc-by-4.0", id="one, in words"),
        pytest.param(["MIT", "Apache-2.0"], "other", id="two"),
        pytest.param(["Our own terms"], "other", id="unknown to the Hub"),
        pytest.param([None], "other", id="not stated"),
        pytest.param([], "other", id="no rows"),
    ],
)
def test_a_licence_is_named_only_if_all_rows_share_it(licences, expected):
    assert hub_licence(licences) == expected
