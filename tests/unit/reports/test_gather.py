from hypothesis import given
from hypothesis import strategies as st

from harness.reports.gather import MOST_NOTES, gathered_notes, gathered_rows

ROWS = [
    ("truth.fresh", "yes", "1051 samples"),
    ("wind.gust", "yes", "16.0 m/s"),
    ("truth.fresh", "yes", "1051 samples"),
    ("wind.gust", "yes", "16.1 m/s"),
    ("wind.gust", "NO", "3.0 m/s"),
]


def test_what_is_alike_is_said_once_and_what_differs_stays():
    assert gathered_rows(ROWS) == [
        ["truth.fresh", "yes", "2 times: 1051 samples"],
        ["wind.gust", "yes", "2 times, first: 16.0 m/s; last: 16.1 m/s"],
        ["wind.gust", "NO", "3.0 m/s"],
    ]
    assert gathered_rows([]) == []


def test_many_notes_of_a_kind_are_cut_down_to_the_first_and_the_last():
    notes = [f"link: {number} pieces" for number in range(5)]
    assert gathered_notes(["sky: open", *notes]) == [
        "sky: open",
        "link: 0 pieces",
        "link: 3 more such notes in the record",
        "link: 4 pieces",
    ]
    assert gathered_notes(notes[:MOST_NOTES]) == notes[:MOST_NOTES]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["yes", "NO"]), st.sampled_from("xy"))))
def test_no_kind_of_row_is_lost(rows):
    assert {tuple(row[:2]) for row in gathered_rows(rows)} == {row[:2] for row in rows}
