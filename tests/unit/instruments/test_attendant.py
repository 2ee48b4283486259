from dataclasses import replace

import pytest

from harness.errors import RigError
from harness.instruments.attendant import Attendant, not_offered
from harness.instruments.operator import Attendance


@pytest.fixture
def ask(real, tmp_path):
    """Makes an attendant with an answer file, as rig and job say, and with settings of the make."""

    def make(answers, attendance=None, **settings):
        (tmp_path / "answers.toml").write_text(f"[answers]\n{answers}\n")
        rig = attendance or Attendance(there=True, name="of the rig", answers=tmp_path / "answers.toml")
        return Attendant(replace(real(**settings), bench=tmp_path, attendance=rig))

    return make


def test_the_rigs_operator_is_asked_and_the_makes_own_goes_first(ask, real):
    ask('x = "done"').confirm("x", "do it")
    own = ask('x = "done"', operator="of the make", within=3.0)
    own.confirm("x", "do it")
    assert ["operator of the rig" in real.log.notes[0], "operator of the make" in real.log.notes[1]] == [True, True]
    assert (own.within, ask("").within) == (3.0, 120.0)


def test_nobody_there_does_nothing_by_hand(ask):
    nobody = ask("", Attendance(name="of the job"))
    with pytest.raises(RigError, match=r"offers no hands: add the table \[operator\] to the rig file"):
        nobody.need("hands")
    assert ask("", Attendance(), operator="A").need("hands").there
    assert "no crane: hire one" in str(not_offered("crane", "hire one"))


@pytest.mark.parametrize(("text", "number"), [("2.5", 2.5), ("2.5 kg", 2.5), ("-3kg", -3.0)])
def test_a_number_is_read_with_or_without_its_unit(ask, text, number):
    assert ask(f'x = "{text}"').read_number("x", "weigh it", "kg") == number


@pytest.mark.parametrize("text", ["", "heavy", "nan", "inf", "2,5"])
def test_what_is_no_number_is_refused(ask, text):
    with pytest.raises(RigError, match="a number in kg is wanted"):
        ask(f'x = "{text}"').read_number("x", "weigh it", "kg")


def test_one_of_several_words_is_wanted(ask):
    assert ask('x = "Opened"').choose("x", "log in", ("opened", "refused")) == "opened"
    with pytest.raises(RigError, match="answered 'perhaps' to: log in; one of opened, refused is wanted"):
        ask('x = "perhaps"').choose("x", "log in", ("opened", "refused"))


def test_time_goes_on_while_the_operator_works(ask, real):
    before = real.world.now()
    assert ask('x = " all right "').ask("x", "say something") == "all right"
    assert real.world.now() > before
