import pytest

from r1data.curation.language.names import language_code, named_languages


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        pytest.param("Translate 'cat' into French and German.", {"fr", "de"}, id="named"),
        pytest.param("Wie sagt man das auf Französisch? Übersetze.", {"fr"}, id="in German"),
        pytest.param("把这句话翻译成法语。", {"fr"}, id="in Chinese"),
        pytest.param("Name the days of the week in Spanish.", {"es"}, id="in a language"),
        pytest.param("Переведи на английский.", {"en"}, id="in Russian"),
        pytest.param("Use the Chinese remainder theorem.", set(), id="a theorem"),
        pytest.param("How many French fries are left?", set(), id="fries"),
        pytest.param("", set(), id="no problem"),
    ],
)
def test_a_problem_about_a_language_names_it(problem, expected):
    assert named_languages(problem) == expected


def test_where_the_language_is_left_open_any_may_stand():
    assert named_languages("Say it in a foreign language.") > {"fr", "zh", "ru"}


@pytest.mark.parametrize(
    ("stated", "code"),
    [("en", "en"), ("EN-us", "en"), ("zh_Hant", "zh"), ("French", "fr"), ("rus", "ru"), ("", None)],
)
def test_a_language_may_be_stated_in_several_ways(stated, code):
    assert language_code(stated) == code
