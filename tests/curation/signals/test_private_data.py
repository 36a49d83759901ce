"""Links, personal data and secrets of completions."""

# ruff: noqa: RUF001 - marks of other scripts are the point

import base64
import json

import polars as pl
import pytest

from r1data.curation.content.persons import CHECKS, WEIGHTS
from r1data.curation.signals.private_data import (
    PRIVATE_DATA,
    RULES,
    PrivateDataLimits,
    find_private,
)
from r1data.curation.signals.signal import Means, shown

RANDOM = "k8Qz3vT9xLw2RbN7cYp5MdF6HsJ4GaEuW1oZ0iXy"
"""Letters and digits of no order."""
HEX = "9f3a7c1e5b8d2046f1c7a93e5d80b264"


def jwt(signature="Vx9pQ2LmT7rK4sZ8wB1nYc6HdF3gJ5aE0uRiXoWvq_M"):
    parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": "u-81", "iat": 1716239022}]
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join([*(text.rstrip("=") for text in texts), signature])


def resident(digits="44010619800915231"):
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return digits + CHECKS[total % 11]


def private_key():
    body = "\n".join(RANDOM[place:] + RANDOM[:place] for place in range(5))
    return f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"


HITS = [
    ("email", "ann.lee@gmail.com", "Write to {}."),
    ("email", "a.b-c+list@mail.uni-bonn.de", "({})"),
    ("email", "zhang_wei88@163.com", "邮箱是{}，谢谢"),
    ("email", "m.moreau@laposte.net", "<{}>"),
    ("phone", "+44 20 8741 3628", "Call {} now."),
    ("phone", "+86 138 2047 6193", "打 {} 给我"),
    ("phone", "+49 (0)30 3741 8826", "Tel.: {}"),
    ("phone", "+1 415-867-5309", "It is {}."),
    ("phone", "(415) 867-5309", "Reach me: {}."),
    ("phone", "415-867-5309", "or {}, any day"),
    ("phone", "415.867.5309", "or {} any day"),
    ("phone", "138-2047-6193", "是{}吗"),
    ("phone", "13820476193", "手机号是{}。"),
    ("phone", "020 8741 3628", "My phone number is {}."),
    ("phone", "8741 3628", "tel: {}"),
    ("card", "4539 1488 0343 6467", "I paid with {}."),
    ("card", "5425-2334-3010-9903", "Number {}, valid to May."),
    ("card", "4539148803436467", "My credit card is {}."),
    ("card", "3714 963539 84827", "Amex {} it was"),
    ("iban", "GB94BARC10201530093459", "IBAN {}."),
    ("iban", "DE75 5121 0800 1245 1261 99", "to {}, please"),
    ("iban", "NL02ABNA0123456789", "({})"),
    ("ip_address", "185.199.108.153", "It answers at {}."),
    ("ip_address", "62.4.15.7", "Ping the server {} first."),
    ("ip_address", "2a00:1450:4001:81b:0:0:0:200e", "at {} now"),
    ("national_id", "536-22-8726", "His SSN is {}."),
    ("national_id", resident(), "身份证号{}。"),
    ("api_key", "AKIAQ3EG7ZKVN5WTJXPL", "aws_access_key_id={}"),
    ("api_key", f"ghp_{RANDOM[:36]}", "token: {}"),
    ("api_key", f"sk-proj-{RANDOM}", "key = '{}'"),
    ("api_key", f"sk-ant-{RANDOM}", '"{}"'),
    ("api_key", f"hf_{RANDOM[:34]}", "login({})"),
    ("api_key", f"AIza{RANDOM[:35]}", "key={}"),
    ("api_key", f"glpat-{RANDOM[:20]}", "PRIVATE-TOKEN: {}"),
    ("api_key", f"xoxb-81726354901-{RANDOM[:24]}", "slack {}"),
    ("api_key", f"sk_live_{RANDOM[:24]}", "stripe {}"),
    ("api_key", f"dapi{HEX}", "databricks {}"),
    ("jwt", jwt(), "Bearer {}"),
    ("private_key", private_key(), "key:\n{}\n"),
    ("password", "gT7!kq92Lm", "postgres://ann:{}@db.shop.net:5432/x"),
    ("password", "9fQ2vv71xa", "https://bot:{}@api.shop.net/v1"),
]
NO_HITS = [
    "Write to ann@example.com or bob@mail.example.org.",
    "Write to your.email@gmail.com or name@company.com.",
    "Write to info@shop.net and support@apple.com.",
    "git@github.com:ann/tools.git",
    "@property\ndef x(self): ...\ny = a@b.T @ c.mm",
    "q@k.transpose(1, 2)",
    "user@localhost",
    "Call (415) 555-0132 or 555-0199.",
    "Call 1-800-273-8255, it is free.",
    "Call +44 20 7946 0958.",
    "The phone number is 123-456-7890.",
    "Dial 911 or 112.",
    "1234567890 + 9876543210 = 11111111100",
    "3.14159265358979 and 2.718281828459045",
    "x = +12 34 56, y = +100-200-300",
    "= 500 +1200-3000-4500",
    "415-867-5309 = -5,761... wait, 415 - 867 - 5309 = -5761",
    "The ISBN is 978-3-16-148410-0.",
    "13579246810 and 18446744073709551616 are integers.",
    "2024-11-28 12:30:45, 28.11.2024",
    "The sequence 1123581321345589 has 16 digits.",
    "The card 4111 1111 1111 1111 is a test; so is 4242-4242-4242-4242.",
    "My credit card is 4539148803436468.",
    "1234 5678 9012 3456 is no card.",
    "4539148803436467 is divisible by what?",
    "IBAN GB82 WEST 1234 5698 7654 32 is the usual example.",
    "GB95BARC10201530093459 has a wrong checksum.",
    "AB12 CDEF GHIJ KLMN is a plate.",
    "192.168.0.1, 10.0.0.1, 127.0.0.1, 255.255.255.0, 203.0.113.9",
    "Version 1.2.3.4 and v10.114.2.1 came out; section 3.1.4.2 says so.",
    "The server is 8.8.8.8.",
    "999.999.999.999",
    "2001:db8:0:0:0:0:0:1 and 12:30:45:60",
    "std::vector<std::pair<int, int>> a;",
    "de:ad:be:ef:00:01 is a MAC address.",
    "536-22-8726 is a product code.",
    "His SSN is 123-45-6789 or 000-12-3456.",
    "440106198009152311",
    "AKIAIOSFODNN7EXAMPLE",
    "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "sk-your-api-key-here-0123456789-abcdefgh",
    "task-force-and-desk-job-with-many-words-in-it",
    "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "hf_hub_download(repo_id, filename)",
    jwt(signature="SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"),
    "eyJhbGciOi.eyJzdWIi.x",
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    "-----BEGIN PUBLIC KEY-----\n" + RANDOM * 3 + "\n-----END PUBLIC KEY-----",
    "postgres://user:password@localhost/db",
    "https://user:<password>@host/ and ftp://a:${PASS}@b.net",
    "http://localhost:8080/a@b",
    "",
]


@pytest.mark.parametrize(("kind", "value", "frame"), HITS)
def test_what_is_private_is_found_where_it_stands(kind, value, frame):
    text = frame.format(value)
    start = text.index(value)
    assert find_private(text) == [(start, start + len(value), kind)]


@pytest.mark.parametrize("text", NO_HITS)
def test_examples_and_numbers_of_mathematics_are_not_private(text):
    assert find_private(text) == []


def measured(*completions):
    frame = pl.DataFrame(
        {"completion": completions, "prefill": ""}, schema_overrides={"completion": pl.String}
    )
    return PRIVATE_DATA.measure(shown(frame), Means("none"))


def test_the_signs_of_a_shard_let_every_hit_through():
    texts = [frame.format(value) for _, value, frame in HITS]
    kinds = [[span["kind"] for span in spans] for spans in measured(*texts)["private_spans"]]
    assert kinds == [[kind] for kind, _, _ in HITS]


def test_spans_count_code_points_of_the_completion():
    text = "😀 邮箱: ann.lee@gmail.com"
    (span,) = measured(text).item(0, "private_spans").to_list()
    assert text[span["start"] : span["end"]] == "ann.lee@gmail.com"


def test_values_are_written_nowhere():
    columns = measured("ann.lee@gmail.com").to_dicts()
    assert "ann" not in str(columns)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://www.shop.net/a and http://b.org.", 2),
        ("See www.shop.net.", 1),
        ("[docs](https://docs.shop.net)", 1),
        ("http:// is a scheme, wwww. is none", 0),
        ("2 + 2 = 4", 0),
    ],
)
def test_links_are_counted_once_each(text, expected):
    assert measured(text).item(0, "num_links") == expected


def test_a_row_without_completion_has_no_values_and_a_clean_one_no_spans():
    rows = measured(None, "2 + 2 = 4")
    assert rows.row(0) == (None, None)
    assert rows.item(1, "private_spans").to_list() == []


@pytest.mark.parametrize(
    "word",
    [
        *(
            "a",
            "1",
            "a.",
            "@",
            "a@",
            "@a.",
            "1.",
            "1 ",
            "+1 ",
            "12-",
            "1:",
            "a:",
            "sk-a",
            "eyJa.eyJa",
        ),
        *(
            "://a:",
            "-----BEGIN PRIVATE KEY-----",
            "AA11",
            "phone 1",
            "(1",
            "x@y.z",
            "ghp_a",
            "4111 ",
        ),
    ],
)
def test_hostile_text_is_read(word):
    text = word * (200_000 // len(word))
    assert isinstance(find_private(text), list)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, [None, "personal_data", "secret", None]),
        ({"max_links": 2}, [None, "personal_data", "secret", "many_links"]),
        ({"personal": (), "secrets": ()}, [None] * 4),
        ({"personal": ("card",)}, [None, None, "secret", None]),
    ],
    ids=["the defaults", "links", "nothing", "cards"],
)
def test_limits_say_which_kinds_are_left_out(limits, expected):
    spans = [[], ["email"], ["api_key"], []]
    listed = [[{"start": 0, "end": 1, "kind": kind} for kind in kinds] for kinds in spans]
    rows = pl.DataFrame({"num_links": [0, 0, 1, 3]}).with_columns(
        pl.Series("private_spans", listed, dtype=PRIVATE_DATA.columns["private_spans"])
    )
    faults = PrivateDataLimits(**limits).faults().items()
    reason = pl.coalesce(pl.when(is_so).then(pl.lit(name)) for name, is_so in faults)
    assert rows.select(reason).to_series().to_list() == expected


def test_every_rule_has_a_case():
    assert {rule.kind for rule in RULES} == {kind for kind, _, _ in HITS}
