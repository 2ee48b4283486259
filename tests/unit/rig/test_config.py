import random
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import FileError, UsageError
from harness.instruments.faults import RIG_FAULTS
from harness.instruments.operator import Attendance
from harness.rig.config import RigFile, load_rig

ROOT = Path(__file__).parents[3]
EMBEDDED = ROOT / "rigs" / "embedded.toml"
CALIBRATED = '[roles.wind.calibration]\ncertificate = "W-1"\ndue = 2030-01-31\nuncertainty = 0.1\n'

thrown = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def refused(path):
    with pytest.raises(FileError) as caught:
        load_rig(path)
    text = str(caught.value)
    assert text.startswith(str(path)) and "\n" not in text
    return caught.value


def line_of(text, words):
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


# -- what is good


def test_the_rig_of_the_embedded_drone_is_read():
    rig = load_rig(EMBEDDED)
    assert (rig.id, rig.path, rig.simulated, rig.faults) == ("embedded", EMBEDDED, True, ())
    assert rig.title == "Embedded drone in virtual time"
    assert (rig.path.parent / rig.article).is_file()
    # each case has a fresh simulated unit, so that nothing is spent
    assert {"free flight", "irreversible"} <= set(rig.allows)
    assert set(rig.roles) == {
        *("vehicle", "observer", "radio", "wind", "truth", "power", "network", "scanner", "firmware", "storage"),
        *("documents", "inspection"),
        *("crew", "gnss", "camera"),
        *("intruder", "attenuator", "jammer"),
    }


@pytest.mark.parametrize("fault", RIG_FAULTS.values(), ids=lambda fault: fault.name)
def test_every_fault_can_be_seeded(rig_file, embedded, fault):
    rig = load_rig(
        rig_file(embedded.replace(f"[roles.{fault.role}]\n", f'[roles.{fault.role}]\nfault = "{fault.fault}"\n'))
    )
    assert rig.faults == (fault.name,)
    assert rig.roles[fault.role].make == fault.make


def test_a_calibration_is_read_and_an_expired_one_is_left_to_the_run(rig_file, embedded):
    spec = load_rig(rig_file(embedded + CALIBRATED)).roles["wind"].calibration
    assert (spec.certificate, spec.laboratory, spec.due, spec.uncertainty) == ("W-1", "", date(2030, 1, 31), 0.1)
    assert load_rig(rig_file(embedded + CALIBRATED.replace("2030", "2001"))).roles["wind"].calibration.due.year == 2001


def test_settings_may_be_whole_numbers(rig_file, embedded):
    text = embedded.replace("35.6762", "36").replace("139.6503", "-140")
    assert load_rig(rig_file(text)).roles["storage"].settings == {"latitude": 36, "longitude": -140}


def test_a_rig_without_instruments_is_a_rig(rig_file, embedded):
    assert load_rig(rig_file(embedded[: embedded.index("[roles.vehicle]")])).roles == {}


# -- what is no rig file


def test_an_absent_file_and_a_folder_are_refused(tmp_path):
    assert refused(tmp_path / "absent.toml").problem == "no such file"
    assert "is a folder" in refused(tmp_path).problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"id = ", "is not TOML"),
        (b"\0\1\2", "is not TOML"),
        (b'id = "a"\nid = "b"', "is not TOML"),
        (b"x" * 300_000, "is larger than"),
    ],
)
def test_a_file_of_another_kind_is_refused(rig_file, content, problem):
    assert problem in str(refused(rig_file(content)))


@given(content=st.binary(max_size=400))
@thrown
def test_random_bytes_are_refused(rig_file, content):
    refused(rig_file(content))


@given(seed=st.integers(0, 2**32))
@thrown
def test_a_damaged_rig_file_is_a_rig_or_refused(rig_file, embedded, seed):
    generator = random.Random(seed)
    words = re.split(r"(\W)", embedded)
    for _ in range(generator.randint(1, 3)):
        place = generator.randrange(len(words))
        words[place] = generator.choice(["", words[generator.randrange(len(words))], "1e999", "nan", '"""', "[", "\0"])
    try:
        rig = load_rig(rig_file("".join(words)))
    except UsageError as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(rig, RigFile)


# -- what is wrong in it


MISTAKES = [
    # what is changed, into what; the line that is to blame, its key, and what is said of it
    ('id = "embedded"\n', "", None, "id", "missing key"),
    ('id = "embedded"', "id = 7", "id = 7", "id", "string"),
    ('id = "embedded"', 'id = "a"\ncolour = "red"', 'colour = "red"', "colour", "unknown key"),
    ('title = "Emb', 'titel = "Emb', "titel", "titel", "did you mean 'title'"),
    ('allows = ["none"', 'allows = ["any"', "allows", "allows[0]", "any"),
    ("allows = [", "allows = 3 # [", "allows", "allows", "tuple"),
    ('kind = "embedded"', "", "[target]", "target.kind", "missing key"),
    (
        'kind = "embedded"',
        'kind = "px5"',
        "kind",
        "target.kind",
        "there is no target 'px5', known are ardupilot, container, embedded",
    ),
    ('kind = "embedded"', 'kind = "embedded"\nsettings = 3', "settings = 3", "target.settings", "dictionary"),
    (
        'kind = "embedded"',
        'kind = "embedded"\nsettings = {defects = []}',
        "settings = {",
        "target.settings.defects",
        "unknown key, known are none",
    ),
    ('make = "mavlink"', "make = 1", "make = 1", "roles.vehicle.make", "string"),
    ('make = "mavlink"', "", "[roles.vehicle]", "roles.vehicle.make", "missing key"),
    ('make = "usb"', 'make = "udp"', 'make = "udp"', "roles.observer.make", "there is no instrument 'observer.udp'"),
    ("[roles.observer]", "[roles.witness]", 'make = "usb"', "roles.witness.make", "no instrument 'witness.usb'"),
    ('"usb"', '"usb"\nsettings = {speed = 1}', "settings = {", "roles.observer.settings.speed", "known are none"),
    ('"cable"', '"cable"\nfault = "deaf"', "fault", "roles.radio.fault", "known are leaky, muted"),
    ('"cable"', '"cable"\nfault = "Muted"', "fault", "roles.radio.fault", "there is no fault 'Muted'"),
    ('"usb"', '"usb"\nfault = "muted"', "fault", "roles.observer.fault", "known are deaf"),
    ('"cable"', '"cable"\nfault = true', "fault", "roles.radio.fault", "string"),
    ("latitude = 35.6762\n", "", "[roles.storage.settings]", "roles.storage.settings.latitude", "missing key"),
    ("longitude = 139.6503", "", "[roles.storage.settings]", "roles.storage.settings.longitude", "missing key"),
    ("latitude", "lat", "lat =", "roles.storage.settings.lat", "known are latitude, longitude"),
    ("= 35.6762", '= "35.6"', "latitude", "roles.storage.settings.latitude", "valid number, got '35.6'"),
    ("= 35.6762", "= true", "latitude", "roles.storage.settings.latitude", "valid number"),
    ("= 35.6762", "= nan", "latitude", "roles.storage.settings.latitude", "finite"),
    ("= 35.6762", "= 95.0", "latitude", "roles.storage.settings.latitude", "less than or equal to 89"),
    ("= 139.6503", "= 0.0", "longitude", "roles.storage.settings.longitude", "choose a place at least 1 deg from 0"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake[3]}: {mistake[4]}")
def test_a_mistake_is_told_with_its_key_and_line(rig_file, embedded, mistake):
    old, new, where, key, problem = mistake
    assert embedded.count(old) == 1
    text = embedded.replace(old, new)
    error = refused(rig_file(text))
    assert (error.key, error.line) == (key, where and line_of(text, where))
    assert problem in error.problem


def test_settings_that_are_missing_altogether_are_missed(rig_file, embedded):
    text = embedded[: embedded.index("# where the drone flies")]
    error = refused(rig_file(text))
    assert (error.key, error.line) == ("roles.storage.settings.latitude", line_of(text, "[roles.storage]"))


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("due = 2030-01-31", 'due = "2030-01-31"', "due"),
        ("due = 2030-01-31", "due = 2030-13-31", ""),
        ("due = 2030-01-31\n", "", "due"),
        ("uncertainty = 0.1", "uncertainty = -0.1", "uncertainty"),
        ("uncertainty = 0.1", "uncertainty = inf", "uncertainty"),
        ('certificate = "W-1"', 'certificate = ""', "certificate"),
    ],
)
def test_a_wrong_calibration_is_refused(rig_file, embedded, old, new, key):
    error = refused(rig_file(embedded + CALIBRATED.replace(old, new)))
    assert error.key == (f"roles.wind.calibration.{key}" if key else "")


# -- what comes from elsewhere


class Bench:
    """A target of a laboratory."""


class Fan:
    """A wind source of a laboratory."""


@pytest.fixture
def laboratory(elsewhere):
    elsewhere["dronecert.targets"]["bench"] = Bench
    elsewhere["dronecert.instruments"]["wind.fan"] = Fan


def test_targets_and_makes_from_elsewhere_know_their_settings_themselves(laboratory, rig_file, embedded):
    text = embedded.replace('kind = "embedded"', 'kind = "bench"\nsettings = {port = "/dev/ttyUSB0"}')
    text = text.replace('[roles.wind]\nmake = "plant"', '[roles.wind]\nmake = "fan"\nsettings = {blades = 5}')
    text += '\n[shielding]\nname = "box 3"\nattenuation = 80.0\ncertificate = "C-1"\n'
    rig = load_rig(rig_file(text))
    assert not rig.simulated
    assert rig.spec.target.settings == {"port": "/dev/ttyUSB0"}
    assert rig.roles["wind"].settings == {"blades": 5}


def test_a_fault_on_a_rig_that_is_not_simulated_is_refused(laboratory, rig_file, embedded):
    text = embedded.replace('kind = "embedded"', 'kind = "bench"')
    text = text.replace('make = "cable"', 'make = "cable"\nfault = "leaky"')
    error = refused(rig_file(text))
    assert (error.key, error.line) == ("roles.radio.fault", line_of(text, 'fault = "leaky"'))
    assert "simulated rig only" in error.problem


def test_a_fault_of_this_projects_make_is_none_of_another(laboratory, rig_file, embedded):
    text = embedded.replace('[roles.wind]\nmake = "plant"', '[roles.wind]\nmake = "fan"\nfault = "muted"')
    assert "there is no fault 'muted', known are none" in refused(rig_file(text)).problem


AUTOPILOT = """
id = "sitl"
title = "An autopilot"
article = "a.toml"
allows = ["none"]
[target]
kind = "ardupilot"
[target.settings]
binary = "arducopter"
parameters = ["a.parm"]
"""


def test_the_program_of_the_command_line_goes_before_the_rig_files(rig_file, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    path = rig_file(AUTOPILOT)
    assert load_rig(path).spec.target.settings["binary"] == "arducopter"
    assert load_rig(path, "build/arducopter").spec.target.settings["binary"] == str(tmp_path / "build/arducopter")
    assert load_rig(path, "copter-4.6").spec.target.settings["binary"] == "copter-4.6"
    assert load_rig(path).simulated


@pytest.mark.parametrize(
    "source",
    [
        'launcher = "dronekit-sitl"\nrelease = "copter-4.6.0"\nsha256 = "' + "0" * 64 + '"',
        'image = "lab/copter"\ncommand = ["/opt/arducopter"]\nengine = "unix:///run/e"',
    ],
)
def test_it_goes_before_a_launcher_and_an_image_too(rig_file, source):
    path = rig_file(AUTOPILOT.replace('binary = "arducopter"', source))
    assert "binary" not in load_rig(path).spec.target.settings
    assert load_rig(path, "own").spec.target.settings == {"binary": "own", "parameters": ["a.parm"]}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "no program is named: state binary, launcher with release, or image with command"),
        ('binary = "a"\nimage = "b"\ncommand = ["/c"]', "binary and image name two programs: state one"),
        ('launcher = "dronekit-sitl"', "launcher without release: pin what it downloads"),
        ('launcher = "dronekit-sitl"\nrelease = "stable"', "'stable' is no release of one version"),
    ],
)
def test_a_program_that_is_not_pinned_down_is_refused(rig_file, source, said):
    error = refused(rig_file(AUTOPILOT.replace('binary = "arducopter"', source)))
    assert said in str(error) and error.key.startswith("target.settings")


@pytest.mark.parametrize("kind", ["ardupilot", "px4"])
def test_link_loss_is_not_judged_in_a_hurry(rig_file, kind):
    text = AUTOPILOT.replace('"ardupilot"', f'"{kind}"') + 'physics = "own"\nspeed = 5\n'
    load_rig(rig_file(text))
    error = refused(rig_file(text + '[roles.radio]\nmake = "cable"\n'))
    assert error.key == "roles.radio" and "link-loss times are judged at 1x" in error.problem


def test_a_program_for_a_target_that_runs_none_is_refused(rig_file, embedded):
    with pytest.raises(UsageError, match="--binary x: the target embedded runs no program"):
        load_rig(rig_file(embedded), "x")


def test_a_setting_that_the_target_does_not_take_is_told_with_its_key(rig_file):
    with pytest.raises(FileError, match=r"target\.settings\.physics: .*'plant' or 'own'"):
        load_rig(rig_file(AUTOPILOT + 'physics = "gazebo"\n'))


def test_a_hurried_autopilot_has_no_radio_role(rig_file):
    hurried = AUTOPILOT.replace("ardupilot", "px4") + 'physics = "own"\nspeed = 5\n'
    assert load_rig(rig_file(hurried)).spec.target.settings["speed"] == 5
    text = hurried + '[roles.radio]\nmake = "cable"\n'
    error = refused(rig_file(text))
    assert (error.key, error.line) == ("roles.radio", line_of(text, "[roles.radio]"))
    assert "judged at 1x" in error.problem


def test_a_board_in_hardware_in_the_loop_is_a_simulation_for_the_result_and_a_bench_for_safety():
    rig = load_rig(ROOT / "rigs" / "px4-hitl.toml")
    assert (rig.simulated, rig.virtual, rig.spreads) == (True, False, False)
    board = rig.spec.model_copy(update={"twins": False})
    assert replace(rig, spec=board).simulated


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('board = "serial:', 'board = "udp:', "target.settings.board.*goes over a serial port"),
        ("sensor_rate = 250.0", "sensor_rate = 4000.0", "target.settings.sensor_rate"),
        ("airframe = 1001", "airfarme = 1001", "target.settings.airfarme"),
        ("[roles.wind]\n", '[roles.wind]\nfault = "muted"\n', "roles.wind.fault.*a simulated rig only"),
    ],
)
def test_what_a_board_cannot_be_is_named_with_its_key(rig_file, old, new, problem):
    text = (ROOT / "rigs" / "px4-hitl.toml").read_text(encoding="utf-8")
    with pytest.raises(FileError, match=problem):
        load_rig(rig_file(text.replace(old, new)))


# -- who attends


def attended(rig_file, text):
    head = 'id = "lab"\ntitle = "A bench"\narticle = "a.toml"\nallows = ["none"]\n[target]\nkind = "embedded"\n'
    return load_rig(rig_file(head + text))


def test_what_the_rig_file_leaves_out_of_its_operator_the_job_says(rig_file, tmp_path):
    job = Attendance(name="of the job", answers=tmp_path / "job.toml")
    nobody = replace(attended(rig_file, ""), operator=job)
    assert nobody.attendance == job and not nobody.attendance.there
    rig = replace(attended(rig_file, '[operator]\nterminal = "tty9"\nwithin = 9.0\n'), operator=job)
    found = rig.attendance
    assert (found.there, found.name, found.answers, found.within) == (True, "of the job", tmp_path / "job.toml", 9.0)
    assert found.terminal == rig.path.parent / "tty9"


def test_what_the_rig_file_says_of_its_operator_goes_first(rig_file):
    folder = rig_file("").parent
    (folder / "said.toml").write_text("[answers]\n")
    rig = replace(attended(rig_file, '[operator]\nname = "B"\nanswers = "said.toml"\n'), operator=Attendance(name="A"))
    assert (rig.attendance.name, rig.attendance.answers, rig.attendance.terminal) == ("B", folder / "said.toml", None)


def test_an_answer_file_that_is_not_there_is_named_with_its_line(rig_file):
    with pytest.raises(FileError, match=r":8: operator\.answers: there is no answer file"):
        attended(rig_file, '[operator]\nanswers = "absent.toml"\n')


def test_a_real_rig_that_jams_states_its_shielded_box(rig_file):
    head = 'id = "lab"\ntitle = "A bench"\narticle = "a.toml"\nallows = ["none"]\n[target]\nkind = "udp"\n'
    target, jammer = '[target.settings]\nradio = "udp:127.0.0.1:1"\n', '[roles.jammer]\nmake = "operator"\n'
    with pytest.raises(FileError, match=r":9: roles\.jammer: interference leaves the bench: .*table \[shielding\]"):
        load_rig(rig_file(head + target + jammer))
    box = '[shielding]\nname = "box 3"\nattenuation = {}\ncertificate = "C-1"\n'
    assert load_rig(rig_file(head + target + jammer + box.format("80.0"))).spec.shielding.name == "box 3"
    with pytest.raises(FileError, match=r"shielding\.attenuation"):
        load_rig(rig_file(head + target + jammer + box.format("20.0")))
    # what is simulated disturbs nobody
    assert load_rig(EMBEDDED).spec.shielding is None
