"""What a test's marker names."""

import pytest

from harness.plugin.marks import Named, read_marks, requirement

pytest_plugins = "pytester"


def marks(pytester, decorators):
    item = pytester.getitem(f"import pytest\n{decorators}\ndef test_func(): pass\n")
    return read_marks(item)


def test_a_marker_names_requirements_and_quantities(pytester):
    found = marks(pytester, "@pytest.mark.requirement('WIND-01', 'WIND-07.tilt')")
    assert found == (
        Named(requirement="WIND-01", quantity=""),
        Named(requirement="WIND-07", quantity="tilt"),
    )


def test_several_markers_add_up(pytester):
    found = marks(pytester, "@pytest.mark.requirement('A-01')\n@pytest.mark.requirement('B-02')")
    assert {mark.requirement for mark in found} == {"A-01", "B-02"}


@pytest.mark.parametrize("decorators", ["", "@pytest.mark.requirement()", "@pytest.mark.timeout(9)"])
def test_nothing_named_is_nothing(pytester, decorators):
    assert marks(pytester, decorators) == ()


@pytest.mark.parametrize("argument", ["1", "None", "b'WIND-01'", "['WIND-01']"])
def test_what_is_no_text_names_no_requirement(pytester, argument):
    (mark,) = marks(pytester, f"@pytest.mark.requirement({argument})")
    assert mark.requirement not in ("WIND-01", "")


def test_the_decorator_is_the_marker():
    assert requirement("WIND-01", "WIND-02").mark.name == "requirement"
    assert requirement("WIND-01", "WIND-02").mark.args == ("WIND-01", "WIND-02")
