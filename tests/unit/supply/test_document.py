import json

import pytest

from harness.errors import MaterialError
from harness.supply import document
from harness.supply.document import load_json, pairs


def test_reads_an_object():
    assert load_json(b'\xef\xbb\xbf{"a": [1, {"b": null}]}') == {"a": [1, {"b": None}]}


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b'{"a": 1', "not JSON"),
        (b"[1]", "wanted an object"),
        (b'{"a": NaN}', "NaN is not a JSON number"),
        (b'{"a": 1, "a": 2}', "repeats a key"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"\\udfff": 1}', "surrogate"),
        (b'{"a": ' + b"[" * 60 + b"]" * 60 + b"}", "nested deeper"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested deeper"),
        (b" " * (document.MAX_BYTES + 1), "more than"),
        (json.dumps({"a": [0] * (document.MAX_NODES + 1)}).encode(), "more than"),
    ],
)
def test_refuses_what_is_not_a_bounded_json_object(data, wanted):
    with pytest.raises(MaterialError, match=wanted):
        load_json(data)


def test_pairs_sums_the_squares_of_all_lists():
    assert pairs({"a": [1, 2, 3], "b": {"c": [[], [1]]}}) == 9 + 4 + 0 + 1
