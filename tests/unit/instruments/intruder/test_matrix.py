import csv
import io

import pytest

from harness.instruments.intruder.matrix import Attempt, Matrix, Standing
from harness.judgement import Count


def attempt(**changes):
    usual = {"link": "radio link", "kind": "unsigned", "order": "arm", "standing": Standing.ILLEGITIMATE}
    return Attempt(**{**usual, "accepted": False, "changed": False, **changes})


@pytest.fixture
def matrix():
    return Matrix(
        [
            attempt(twin=True),
            attempt(accepted=True, twin=False),
            attempt(kind="replayed", standing=Standing.IN_WINDOW, accepted=True, changed=True, twin=True),
            attempt(kind="late", standing=Standing.APART, accepted=True, changed=True),
        ]
    )


def test_each_standing_is_counted_apart(matrix):
    assert matrix.accepted == Count(events=1, trials=2)
    assert matrix.accepted_in_window == Count(events=1, trials=1)
    # what is reported apart changes nothing in the count
    assert matrix.changed == Count(events=1, trials=3)
    assert matrix.twins == Count(events=1, trials=3)
    assert matrix.told_apart() == {"late (radio link)": "1 of 1 accepted"}


def test_the_table_has_a_row_for_each_link_kind_and_order(matrix):
    rows = list(csv.reader(io.StringIO(matrix.encode().decode())))
    assert rows[0][:4] == ["link", "kind", "order", "sent"]
    assert rows[1] == ["radio link", "unsigned", "arm", "2", "1", "0", "1 of 2", "must be refused"]
    assert [row[1] for row in rows[2:]] == ["replayed", "late"]
    assert rows[3][6] == "-"


def test_the_grid_shows_what_was_obeyed_and_the_twins_below(matrix):
    chart = matrix.chart()
    column = "radio link: arm"
    assert chart.cells == (
        ("unsigned", column, "1/2", False),
        ("replayed", column, "1/1", False),
        ("late", column, "1/1", None),
        ("rightly signed twins", column, "2/3", False),
    )
    sound = Matrix([attempt(twin=True)]).chart()
    assert sound.cells == (("unsigned", column, "0/1", True), ("rightly signed twins", column, "1/1", True))
