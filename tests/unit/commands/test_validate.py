"""``validate``: a fault that is not caught as it must be is MISSED, and nothing old is taken for new."""

from pathlib import Path

import pytest

from harness.catalogue import load_catalogue
from harness.catalogue.catalogue import DOMAINS
from harness.catalogue.profile import load_profile
from harness.commands import validate as module
from harness.commands.output import CHECKOUT
from harness.drone.defects import DEFECTS
from harness.instruments.faults import RIG_FAULTS
from harness.judgement import Verdict
from harness.rig import load_rig

SOUND = {"WIND-01": "PASS", "WIND-02": "PASS", "RADIO-01": "PASS", "DAR-01": "PASS", "SUP-01": "PASS"}


@pytest.fixture
def flown(monkeypatch, told):
    """Pretend to fly: the verdicts by the name of the run's folder, options and rig file of each."""
    asked, rigs, verdicts = {}, {}, {"sound": SOUND}

    def fake(arguments, folder):
        at = arguments.index("--evidence")
        place, *options, last, suites = map(str, arguments[at + 1 :])
        assert (last, suites, folder) == ("--no-pictures", str(CHECKOUT / "suites"), str(CHECKOUT))
        asked[Path(place).name] = options
        rigs[Path(place).name] = Path(arguments[arguments.index("--rig") + 1])
        told(Path(place), verdicts[Path(place).name])
        return 0

    monkeypatch.setattr(module, "run_pytest", fake)
    return type("Flown", (), {"asked": asked, "rigs": rigs, "verdicts": verdicts})


def test_a_caught_defect_is_detected(command, flown):
    flown.verdicts["weak-gains"] = {**SOUND, "WIND-01": "FAIL", "WIND-02": "INVALID"}
    done = command("validate", "--only", "weak-gains")
    assert done.code == 0
    assert done.out.splitlines() == [
        f"detected  {'weak-gains':<24} wanted FAIL     got WIND-01 FAIL",
        "1 faults, 1 detected as they must be",
    ]
    assert "flying weak-gains" in done.err


@pytest.mark.parametrize("verdict", ["PASS", "INVALID", "INCONCLUSIVE", "NOT_TESTED"])
def test_a_defect_that_does_not_fail_is_missed(command, flown, verdict):
    flown.verdicts["weak-gains"] = {**SOUND, "WIND-01": verdict}
    done = command("validate", "--only", "weak-gains")
    assert done.code == 1
    assert done.out.startswith(f"MISSED    {'weak-gains':<24} wanted FAIL     got WIND-01 {verdict}\n")


@pytest.mark.parametrize("verdict", ["FAIL", "INVALID", "NOT_TESTED"])
def test_a_defect_must_leave_the_others_alone(command, flown, verdict):
    flown.verdicts["weak-gains"] = {**SOUND, "WIND-01": "FAIL", "DAR-01": verdict}
    done = command("validate", "--only", "weak-gains")
    assert done.code == 1
    assert f"; DAR-01 {verdict} changed" in done.out


def test_every_requirement_of_a_fault_must_see_it(command, flown):
    flown.verdicts["no-integrator"] = {**SOUND, "WIND-01": "FAIL"}
    assert command("validate", "--only", "no-integrator").code == 1


@pytest.mark.parametrize("verdict", ["PASS", "FAIL", "INCONCLUSIVE", "NOT_TESTED"])
def test_a_rig_fault_that_is_not_invalid_is_missed(command, flown, verdict):
    flown.verdicts["wind-muted"] = {**SOUND, "WIND-01": "INVALID", "WIND-02": verdict}
    assert command("validate", "--only", "wind:muted").code == 1


def test_a_rig_fault_may_invalidate_others_and_nothing_else(command, flown):
    blind = dict.fromkeys(RIG_FAULTS["wind:muted"].invalidates, "INVALID")
    flown.verdicts["wind-muted"] = {**SOUND, **blind, "DAR-01": "INVALID"}
    assert command("validate", "--only", "wind:muted").code == 0
    flown.verdicts["radio-leaky"] = {**SOUND, "RADIO-01": "INVALID", "DAR-01": "FAIL"}
    assert command("validate", "--only", "radio:leaky").code == 1


def test_quick_flies_each_against_its_own_requirements_only(command, flown):
    flown.verdicts["weak-gains"] = {"WIND-01": "FAIL"}
    assert command("validate", "--quick", "--only", "weak-gains").code == 0
    assert flown.asked.keys() == {"weak-gains"}
    assert flown.asked["weak-gains"] == ["--requirement=WIND-01", "--defect=weak-gains"]


def test_without_quick_all_of_the_profile_is_flown(command, flown):
    flown.verdicts["weak-gains"] = {**SOUND, "WIND-01": "FAIL"}
    command("validate", "--only", "weak-gains")
    assert flown.asked["sound"] == []
    assert flown.asked["weak-gains"] == ["--defect=weak-gains"]


def test_a_sound_drone_that_does_not_pass_validates_nothing(command, flown):
    flown.verdicts["sound"] = {**SOUND, "DAR-01": "INVALID"}
    done = command("validate", "--only", "weak-gains")
    assert (done.code, done.out) == (3, "")
    assert "the sound drone does not pass" in done.err[-1]


def test_an_old_run_is_never_taken_for_a_new_one(command, flown, tmp_path):
    flown.verdicts["weak-gains"] = {"WIND-01": "FAIL"}
    arguments = ("validate", "--quick", "--only", "weak-gains", "--out", tmp_path / "kept")
    assert command(*arguments).code == 0
    done = command(*arguments)
    assert (done.code, done.out) == (3, "")
    assert f"{tmp_path / 'kept' / 'weak-gains'} holds a run already" in done.err[-1]


def test_an_interruption_ends_it(command, flown, monkeypatch):
    calls = []
    monkeypatch.setattr(module, "run_pytest", lambda *given: calls.append(given) or 2)
    done = command("validate", "--quick", "--jobs=2")
    # at once in the air were two at most
    assert done.code == 3 and len(calls) in (1, 2)
    assert "interrupted" in done.err[-1]


def test_the_lines_come_in_the_order_of_the_faults(command, flown):
    names = ("weak-gains", "ignores-link-loss", "plaintext-log")
    flown.verdicts |= {name: dict.fromkeys(SOUND, "FAIL") for name in (*names, "late-failsafe")}
    done = command("validate", "--jobs=3", *(f"--only={name}" for name in reversed(names)))
    order = [line.split()[1] for line in done.out.splitlines()[:-1]]
    assert order == [name for name in DEFECTS if name in names]


def test_a_run_without_a_record_is_one_line(command, monkeypatch):
    monkeypatch.setattr(module, "run_pytest", lambda *given: 4)
    done = command("validate", "--quick", "--only", "weak-gains")
    assert (done.code, done.out) == (3, "")
    assert "holds no run.jsonl" in done.err[-1]


def test_an_unknown_fault_is_refused(command, flown):
    done = command("validate", "--only", "fantasy")
    assert (done.code, done.out, len(done.err)) == (3, "", 1)
    assert "--only fantasy: no such fault; there are weak-gains, " in done.err[0]
    assert flown.asked == {}


def test_there_is_a_trial_for_every_fault():
    trials = {trial.name: trial for trial in module.choose_trials()}
    assert trials.keys() == {*DEFECTS, *RIG_FAULTS}
    assert {trial.wanted for trial in trials.values()} == {Verdict.FAIL, Verdict.INVALID}
    assert all(trial.wanted is Verdict.INVALID for name, trial in trials.items() if name in RIG_FAULTS)


@pytest.mark.parametrize("name", RIG_FAULTS)
def test_a_rig_fault_is_in_the_rig_file_that_is_flown(command, flown, tmp_path, name):
    fault = RIG_FAULTS[name]
    folder = name.replace(":", "-")
    verdicts = dict.fromkeys(fault.invalidates, "INVALID")
    flown.verdicts |= {folder: verdicts, f"{folder}-campaign": verdicts}
    assert command("validate", "--quick", "--only", name, "--out", tmp_path).code == 0
    assert set(flown.asked) <= {folder, f"{folder}-campaign"}
    rig = load_rig(next(iter(flown.rigs.values())))
    assert rig.faults == (name,)
    assert (rig.path.parent / rig.article).samefile(CHECKOUT / "rigs" / load_rig(module.RIG).article)


def test_a_rig_without_the_role_is_refused(command, flown, monkeypatch, tmp_path):
    rig = tmp_path / "rig.toml"
    rig.write_text(module.RIG.read_text().replace("[roles.wind]", "[roles.gale]"))
    monkeypatch.setattr(module, "RIG", rig)
    done = command("validate", "--quick", "--only", "wind:muted")
    assert done.code == 3
    assert "has no role wind to seed the fault wind:muted into" in done.err[-1]


def test_a_campaign_is_flown_in_a_run_of_its_own_and_the_rest_as_ever(command, flown):
    flown.verdicts["hot-motor"], flown.verdicts["hot-motor-campaign"] = SOUND, {"WIND-10": "FAIL"}
    done = command("validate", "--only", "hot-motor")
    assert done.code == 0 and "got WIND-10 FAIL" in done.out
    options = flown.asked["hot-motor-campaign"]
    assert options == ["--requirement=WIND-10", "--defect=hot-motor", "--profile=campaign"]
    assert flown.asked["hot-motor"] == ["--defect=hot-motor"]


def test_a_campaign_that_misses_its_fault_is_told(command, flown):
    flown.verdicts["hot-motor-campaign"] = {"WIND-10": "NOT_TESTED"}
    assert command("validate", "--quick", "--only", "hot-motor").code == 1
    assert flown.asked.keys() == {"hot-motor-campaign"}


def profiled():
    """Requirements that the default profile or a campaign shows."""
    catalogue = load_catalogue([CHECKOUT / "suites" / domain for domain in DOMAINS])
    profiles = (load_profile(CHECKOUT / f"rigs/profiles/{name}.toml", catalogue) for name in ("baseline", "campaign"))
    return catalogue, [set(profile.requirements) for profile in profiles]


def test_every_fault_names_requirements_that_are_flown():
    catalogue, (baseline, campaign) = profiled()
    assert not baseline & campaign
    for trial in module.choose_trials():
        assert set(trial.targets) <= baseline | campaign, trial.name
        assert trial.targets, trial.name
        assert set(trial.free) <= set(catalogue.ids), trial.name
        assert not set(trial.free) & set(trial.targets), trial.name


def test_every_requirement_that_is_flown_has_a_defect_and_a_rig_fault():
    _, (baseline, campaign) = profiled()
    assert {name for item in DEFECTS.values() for name in item.caught_by} == baseline | campaign
    assert {name for item in RIG_FAULTS.values() for name in item.invalidates} == baseline | campaign
