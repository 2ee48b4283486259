from dataclasses import replace

import pytest

from harness.errors import RigError
from harness.instruments.crew.operator import OperatorCrew
from harness.instruments.operator import Attendance

SCALES = {
    "crew.load": "done",
    "crew.degrade": "done",
    "crew.mass": ["1.500", "2.400"],
    "crew.forward": ["0", "20.0"],
    "crew.right": ["0", "-20.0"],
    "crew.noise": "2.0",
    "crew.thrust": "100",
    "crew.unload": "done",
    "crew.pack": "done",
    "crew.charge": ["34", "100"],
}


@pytest.fixture
def crew(real, tmp_path):
    """Makes a crew whose operator answers so; the deeds of its world."""
    deeds = []

    real.world.power_on, real.world.power_off = lambda: deeds.append("on"), lambda: deeds.append("off")

    def make(**changes):
        lines = [f'"{key}" = {value!r}' for key, value in (SCALES | changes).items()]
        (tmp_path / "answers.toml").write_text("[answers]\n" + "\n".join(lines) + "\n")
        return OperatorCrew(replace(real(), attendance=Attendance(answers=tmp_path / "answers.toml"))), deeds

    return make


def fit(crew, **changes):
    crew.fit_out(**{"load": 1.0, "forward": 1.0, "right": -1.0, "degraded": True} | changes)


def test_what_the_scales_show_is_fitted_while_the_article_is_off(crew, real):
    made, deeds = crew()
    fit(made)
    assert deeds == ["off", "on"] and real.log.controls[-1] == ("load.weighed", True)
    asked = [note.partition(": ")[2] for note in real.log.notes]
    assert (
        "bring the article to 2.400 kg, its centre of mass +20.0 mm forward and -20.0 mm right of the middle"
        in asked[3]
    )
    assert "put the declared degradation in: GNSS position noise doubled" in asked[4]
    made.close()
    made.close()
    assert ["take ballast" in note for note in real.log.notes].count(True) == 1


@pytest.mark.parametrize(
    ("key", "shown"),
    [("crew.mass", ["1.5", "1.5"]), ("crew.forward", ["0", "12"]), ("crew.noise", "1.0"), ("crew.thrust", "90")],
)
def test_an_operator_who_fitted_something_else_is_found_out_by_what_is_read(crew, key, shown):
    made, _ = crew(**{key: shown})
    with pytest.raises(RigError, match=r"load\.weighed failed: wanted 2\.40 kg"):
        fit(made)


def test_a_pack_is_exchanged_and_its_charge_is_read(crew, real):
    made, deeds = crew()
    made.swap_battery()
    assert (deeds, real.log.controls[-1]) == (["off", "on"], ("battery.fresh", True))
    assert made.identify() == "an operator with scales and a gauge"


def test_a_pack_that_was_not_exchanged_is_found_out(crew):
    made, _ = crew(**{"crew.charge": ["34", "34"]})
    with pytest.raises(RigError, match=r"battery\.fresh failed: 34% before the swap, 34% after"):
        made.swap_battery()


@pytest.mark.parametrize(("key", "answer"), [("crew.load", "no ballast here"), ("crew.degrade", "no")])
def test_an_operator_who_does_not_do_it_says_so(crew, key, answer):
    made, _ = crew(**{key: answer})
    with pytest.raises(RigError, match="it was not done"):
        fit(made)


def test_hands_keep_off_an_article_that_may_fly(crew, real):
    made, _ = crew()

    def refuse():
        raise RigError("the article is armed: its power stays on")

    real.world.power_off = refuse
    with pytest.raises(RigError, match="is armed"):
        fit(made)
    assert not real.log.notes
