"""``envelope``: what it searches, states, draws and refuses. Flights are made up, but for three of the real drone."""

import json
from pathlib import Path

import pytest

from harness.commands.envelope import Found, draw
from harness.commands.envelope_flight import Course, Flights
from harness.errors import RigError
from harness.judgement.boundary import Boundary

ROOT = Path(__file__).parents[3]
COARSE = ("--azimuth", "0", "--gust", "none", "--seeds", "1", "--resolution", "8")


@pytest.fixture
def edges(monkeypatch):
    """Flights that break above an edge for each azimuth, without flying."""
    edge, flown = {}, []

    def fly(self, course, speed, number):
        flown.append((course, speed, number))
        wanted = edge.get(course.azimuth, 15.0)
        if isinstance(wanted, RigError):
            raise wanted
        return "" if speed <= wanted else "WIND-01.max_horizontal 9.00 (U 0.10), limit <= 3 m"

    monkeypatch.setattr(Flights, "fly", fly)
    edge["flown"] = flown
    return edge


def read(folder):
    return json.loads((folder / "envelope.json").read_text())


def test_every_azimuth_and_class_is_searched_to_the_step(command, edges, tmp_path):
    done = command("envelope", "--seeds", "2", "--out", tmp_path / "out")
    assert done.code == 0
    results = read(tmp_path / "out")["results"]
    assert [(item["azimuth"], item["gust"]) for item in results] == [
        (45.0 * number, gust) for gust in ("none", "declared") for number in range(8)
    ]
    assert {(item["holds"], item["breaks"], item["covers_declared"]) for item in results} == {(15.0, 16.0, True)}
    assert {item["gust_factor"] for item in results} == {0.0, 16 / 12}
    assert (tmp_path / "out" / "envelope.png").read_bytes().startswith(b"\x89PNG")
    assert len(done.out.splitlines()) == 16 + 3


def test_a_bound_is_stated_with_its_confidence_and_what_it_does_not_say(command, edges, tmp_path):
    done = command("envelope", "--azimuth", "0", "--gust", "none", "--seeds", "10", "--out", tmp_path / "out")
    (result,) = read(tmp_path / "out")["results"]
    assert (result["trials"], result["confidence"]) == (10, 0.95)
    assert result["bound"] == pytest.approx(1 - 0.025**0.1)
    assert "none of 10 flights failed, at most 31% would (95%)" in done.out
    assert "breaks 16.00 m/s: WIND-01.max_horizontal 9.00" in done.out
    assert "not of other aircraft" in read(tmp_path / "out")["statistic"]


def test_json_is_the_file_and_nothing_else(command, edges, tmp_path):
    done = command("envelope", *COARSE, "--json", "--out", tmp_path / "out")
    assert json.loads(done.out) == read(tmp_path / "out")
    assert "every limit kept" in "\n".join(done.err)


def test_an_envelope_below_the_declared_wind_is_1(command, edges, tmp_path):
    edges[90.0] = 11.0
    done = command("envelope", "--azimuth", "0", "--azimuth", "90", "--gust", "none", "--out", tmp_path / "out")
    assert done.code == 1
    assert [line.split()[4] for line in done.out.splitlines()[:2]] == ["covers", "BELOW"]


def test_where_nothing_holds_nothing_is_claimed(command, edges, tmp_path):
    edges[0.0] = 0.0
    done = command("envelope", *COARSE, "--out", tmp_path / "out")
    assert done.code == 1 and "nothing holds" in done.out
    (result,) = read(tmp_path / "out")["results"]
    assert (result["holds"], result["breaks"], result["bound"], result["trials"]) == (None, 4.0, 1.0, 0)


def test_the_rigs_failure_is_no_boundary(command, edges, tmp_path):
    edges[0.0] = RigError("control wind.realised failed")
    done = command("envelope", "--azimuth", "0", "--azimuth", "90", "--gust", "none", "--out", tmp_path / "out")
    assert done.code == 2
    first, second = read(tmp_path / "out")["results"]
    assert (first["verdict"], first["reason"]) == ("INVALID", "control wind.realised failed")
    assert second["holds"] == 15.0


def test_an_azimuth_is_counted_once_whichever_way_round(command, edges, tmp_path):
    assert command("envelope", *COARSE, "--azimuth", "-360", "--out", tmp_path / "out").code == 0
    assert len(read(tmp_path / "out")["results"]) == 1


def test_the_declared_wind_is_among_the_speeds(command, edges, tmp_path):
    edges[0.0] = 12.0
    done = command("envelope", "--azimuth", "0", "--gust", "none", "--resolution", "0.7", "--out", tmp_path / "out")
    assert done.code == 0
    assert read(tmp_path / "out")["results"][0]["holds"] == 12.0


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("--seeds", "0"), "--seeds 0"),
        (("--resolution", "0"), "--resolution 0"),
        (("--resolution", "nan"), "--resolution nan"),
        (("--resolution", "0.001"), "at most 1000"),
        (("--highest", "2"), "no levels"),
        (("--azimuth", "inf"), "--azimuth inf"),
        (("--gust", "strong"), "--gust strong"),
        (("--gust", "1.05"), "--gust 1.05"),
        (("--defect", "none"), "no defect 'none'"),
        (("--rig", "missing.toml"), "missing.toml"),
    ],
)
def test_a_wrong_option_is_one_line_and_flies_nothing(command, edges, tmp_path, arguments, wanted):
    done = command("envelope", *arguments, "--out", tmp_path / "out")
    assert (done.code, done.out, len(done.err)) == (3, "", 1)
    assert wanted in done.err[0]
    assert edges["flown"] == [] and not (tmp_path / "out").exists()


def test_a_target_that_is_not_simulated_is_refused_before_it_is_brought_up(command, edges, tmp_path, monkeypatch):
    rig = ROOT / "rigs" / "bench-twins.toml"
    done = command("envelope", "--rig", rig, "--out", tmp_path / "out")
    assert done.code == 3 and "not simulated" in done.err[0] and edges["flown"] == []


def test_a_folder_in_use_is_refused(command, edges, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "old").touch()
    done = command("envelope", "--out", tmp_path / "full")
    assert done.code == 3 and "never overwrites" in done.err[0]


def found(azimuth, holds, breaks, gust="none"):
    boundary = Boundary(holds=holds, breaks=breaks, broke="x", trials=1, bound=1.0, confidence=0.95, levels=())
    return Found(course=Course(azimuth=azimuth, gust=gust, factor=0.0), boundary=boundary)


def test_an_outline_is_closed_and_an_unknown_azimuth_left_out():
    invalid = Found(course=Course(azimuth=180.0, gust="none", factor=0.0), boundary=None, problem="x")
    plot = draw([found(0.0, 15.0, 16.0), found(270.0, 14.0, None), found(90.0, None, 4.0), invalid], 12.0, "EMB-001")
    assert plot.lines == (("holds, no gust", (0.0, 90.0, 270.0, 360.0), (15.0, 0.0, 14.0, 15.0)),)
    assert plot.bands[0][2:] == ((15.0, 0.0, 14.0, 15.0), (16.0, 4.0, 14.0, 16.0))
    assert plot.limits == (("declared, 12 m/s", 12.0),)


def test_two_azimuths_are_marks():
    plot = draw([found(0.0, 15.0, 16.0), found(90.0, 14.0, 15.0)], 12.0, "EMB-001")
    assert plot.lines == () and [len(x) for _, x, _ in plot.points] == [2, 2]


# -- real flights: speeds of 4, 12 and 20 m/s


def test_the_sound_drone_covers_what_it_declares_and_a_weak_one_less(command, tmp_path):
    sound = command("envelope", *COARSE, "--out", tmp_path / "sound")
    weak = command("envelope", *COARSE, "--defect", "thrust-limited", "--out", tmp_path / "weak")
    assert (sound.code, weak.code) == (0, 1)
    (first,), (second,) = read(tmp_path / "sound")["results"], read(tmp_path / "weak")["results"]
    assert (first["holds"], first["breaks"]) == (12.0, 20.0)
    assert (second["holds"], second["breaks"]) == (4.0, 12.0)
    assert read(tmp_path / "weak")["defects"] == ["thrust-limited"]


def test_a_wind_that_does_not_blow_is_no_envelope(command, tmp_path):
    text = (ROOT / "rigs" / "embedded.toml").read_text()
    text = text.replace("[roles.wind]\n", '[roles.wind]\nfault = "muted"\n')
    rig = tmp_path / "muted.toml"
    rig.write_text(text.replace('article = "', f'article = "{(ROOT / "rigs").as_posix()}/'))
    done = command("envelope", *COARSE, "--rig", rig, "--out", tmp_path / "out")
    assert done.code == 2
    assert "wind.realised" in read(tmp_path / "out")["results"][0]["reason"]
