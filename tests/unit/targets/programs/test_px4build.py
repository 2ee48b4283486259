from types import SimpleNamespace

import pytest

from harness.errors import RigError
from harness.targets.programs import px4build
from harness.targets.programs.program import Program
from harness.targets.programs.px4build import HOME, Px4Build

LINES = [f"127.0.0.1:{port}" for port in (4001, 4002, 4003, 4004)]


@pytest.fixture
def build(scripted_px4):
    return Px4Build(Program(str(scripted_px4()), ""), {"NAV_DLL_ACT": "2"}, "")


def test_its_start_names_model_place_and_parameters_and_ends_well(build):
    start = build._write_start("sihsim_quadx").splitlines()
    assert "export PX4_SIM_MODEL=sihsim_quadx" in start
    assert f"export PX4_HOME_LAT={HOME[0]:.9f}" in start
    assert "export PX4_PARAM_NAV_DLL_ACT=2" in start
    # its own folder is searched before PX4's, which rcS adds
    assert start[-3:] == ['PATH="$PATH:$PWD"', ". etc/init.d-posix/rcS", "exit 0"]


def test_four_links_to_our_ports_and_changes_told_at_once_on_the_trusted_one():
    links = px4build._write_links(LINES, [5001, 5002, 5003, 5004]).splitlines()
    started = [line for line in links if line.startswith("mavlink start")]
    assert [line.split()[3:10] for line in started] == [
        ["-u", str(5001 + n), "-o", str(4001 + n), "-t", "127.0.0.1", flag]
        for n, flag in enumerate(("-r", "-r", "-r", "-m"))
    ]
    assert [line for line in links if "HEARTBEAT" in line] == ["mavlink stream -u 5001 -s HEARTBEAT -r 20"]
    assert not any("-u 5004 -s" in line for line in links)


def test_start_up_files_are_hashed_by_name_and_contents(build):
    first = build.hash_startup()
    assert build.hash_startup() == first
    (build.romfs / "init.d-posix" / "rcS").write_text("exit 1\n")
    second = build.hash_startup()
    (build.romfs / "more").write_text("")
    assert len({first, second, build.hash_startup()}) == 3


def test_a_simulation_port_is_given_back_when_nothing_can_be_started(build, monkeypatch):
    def refuse(*arguments):
        raise RigError("no room")

    monkeypatch.setattr(Px4Build, "_run", refuse)
    numbers = set()
    original = px4build.Px4Instance.reserve

    def reserve():
        instance = original()
        numbers.add(instance.number)
        return instance

    monkeypatch.setattr(px4build.Px4Instance, "reserve", reserve)
    for boot in (build.boot, build.boot_alone, build.boot):
        with pytest.raises(RigError, match="no room"):
            boot(LINES)
    assert len(numbers) == 1


def test_its_simulator_is_told_a_speed_and_its_script_is_not(scripted_px4, monkeypatch):
    started = []
    held = SimpleNamespace(release_at_end=lambda release: release())
    monkeypatch.setattr(px4build, "Running", lambda *arguments: started.append(arguments) or held)
    for speed in (5.0, 1.0):
        Px4Build(Program(str(scripted_px4()), ""), {}, "", speed).boot_alone(LINES)
    assert [variables for *_, variables in started] == [{"PX4_SIM_SPEED_FACTOR": "5"}, {}]
    for _, _, files, _ in started:
        start = files["start.sh"].decode().splitlines()
        assert start.index("unset PX4_SIM_SPEED_FACTOR") < start.index(". etc/init.d-posix/rcS")


def test_a_number_is_held_from_before_the_start_until_the_end(scripted_px4, monkeypatch):
    """PX4 takes its own lock some time after its start: another that began meanwhile took the same number."""
    ends, numbers = [], []
    monkeypatch.setattr(px4build, "Running", lambda *arguments: SimpleNamespace(release_at_end=ends.append))
    build = Px4Build(Program(str(scripted_px4()), ""), {}, "", 1.0)
    monkeypatch.setattr(build, "_run", _noting(numbers, build._run))
    for _ in range(2):
        build.boot_alone(LINES)
    assert numbers[0] != numbers[1]
    ends[0]()
    build.boot_alone(LINES)
    assert numbers[2] == numbers[0]
    for end in ends[1:]:
        end()


def _noting(numbers, run):
    def noted(instance, *arguments):
        numbers.append(instance.number)
        return run(instance, *arguments)

    return noted
