"""``sim``: where it listens is all it prints, it ends in order, and whatever is wrong is one line and exit code 3."""

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pymavlink import mavutil
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.commands.sim import DEFAULT_UDP, _paced
from harness.drone.article import shipped

ROOT = Path(__file__).parents[3]
KEY = bytes(range(200, 232))
# wall clock, on a machine with other work
PATIENCE = 120


class Sim:
    """A ``dronecert sim`` that runs: what it printed first, and how it ended."""

    def __init__(self, *arguments):
        command = [sys.executable, "-m", "harness", "sim", *arguments]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        self.place = self.process.stdout.readline().strip()

    def end(self, number=signal.SIGTERM):
        """Send a signal: exit code, further standard output, standard error."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@pytest.fixture
def start():
    running = []

    def make(*arguments):
        running.append(Sim(*arguments))
        return running[-1]

    yield make
    for sim in running:
        sim.process.kill()
        sim.process.communicate()


def station(place, **options):
    """A ground station of pymavlink's; a second one on the same device where that is a terminal."""
    return mavutil.mavlink_connection(place, source_system=255, dialect="ardupilotmega", **options)


def heard(link, kind, condition=lambda message: True):
    """The first message of a kind that fulfils a condition."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        message = link.recv_match(type=kind, blocking=True, timeout=1)
        if message is not None and condition(message):
            return message
    raise AssertionError(f"no {kind} in {PATIENCE} s")


def ask_version(link):
    link.mav.command_long_send(1, 1, mavlink.MAV_CMD_REQUEST_MESSAGE, 0, 148, 0, 0, 0, 0, 0, 0)


def answered(link):
    """Whether the drone obeys this ground station: it is asked until it answers, or has streamed for two seconds."""
    began = None
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        ask_version(link)
        message = link.recv_match(type=["COMMAND_ACK", "ATTITUDE"], blocking=True, timeout=0.5)
        if message is not None and message.get_type() == "COMMAND_ACK":
            return True
        if message is not None:
            began = began or message.time_boot_ms
            if message.time_boot_ms - began > 2000:
                return False
    raise AssertionError("the drone says nothing at all")


def test_tcp_serves_several_and_sigterm_ends_it(start):
    sim = start("--tcp", "127.0.0.1:0")
    assert re.fullmatch(r"tcp:127\.0\.0\.1:\d+", sim.place)
    links = [station(sim.place) for _ in range(2)]
    assert all(answered(link) for link in links)
    for link in links:
        link.close()
    late = station(sim.place)
    assert answered(late)
    late.close()
    code, out, err = sim.end(signal.SIGTERM)
    assert (code, out) == (0, "")
    assert "trusted port: obeys whoever reaches it, without a signature\n" in err
    assert len(re.findall(r"^127\.0\.0\.1:\d+ connected$", err, re.MULTILINE)) == 3
    assert re.search(r"^stopped after \d+\.\d s of flight time", err, re.MULTILINE)
    assert "Traceback" not in err


def test_a_terminal_serves_and_sigint_ends_it(start):
    sim = start("--pty")
    assert Path(sim.place).is_char_device()
    link = station(sim.place, baud=57600)
    assert heard(link, "HEARTBEAT").autopilot == mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA
    assert answered(link)
    link.close()
    code, out, err = sim.end(signal.SIGINT)
    assert (code, out) == (0, "")
    assert "Traceback" not in err


def test_udp_serves_a_radio_port_that_obeys_its_key_only(start, tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = tmp_path / "key"
    path.write_bytes(KEY)
    path.chmod(0o600)
    sim = start("--udp", f"127.0.0.1:{port}", "--signing-key", str(path))
    assert sim.place == f"udp:127.0.0.1:{port}"
    link = station(f"udpin:127.0.0.1:{port}")
    heard(link, "HEARTBEAT")
    assert not answered(link)
    link.setup_signing(KEY, sign_outgoing=True)
    assert answered(link)
    link.close()
    code, out, err = sim.end()
    assert (code, out) == (0, "")
    assert "radio port: obeys frames signed with the key only\n" in err
    assert "warning" not in err


def test_the_speed_up_is_kept_and_the_timeout_follows_it(start):
    sim = start("--tcp", "127.0.0.1:0", "--speedup", "5", "--wind", "2,0", "--seed", "3")
    link = station(sim.place)
    begin, wall = heard(link, "SYSTEM_TIME").time_boot_ms, time.monotonic()
    end = heard(link, "SYSTEM_TIME", lambda message: message.time_boot_ms > begin + 10_000)
    # 10 s of flight last 2 s; a busy machine makes them longer, never shorter
    assert time.monotonic() - wall > 1.5
    assert abs(end.time_unix_usec * 1e-6 - time.time()) < 3600
    link.mav.param_request_read_send(1, 1, b"FS_GCS_TIMEOUT", -1)
    timeout = heard(link, "PARAM_VALUE", lambda message: message.param_id == "FS_GCS_TIMEOUT").param_value
    assert timeout == pytest.approx(5 * shipped().flight.link_loss_timeout)
    link.close()
    _, _, err = sim.end()
    assert "5x: FS_GCS_TIMEOUT and its like are 5 times as long" in err


@pytest.mark.parametrize(("speedup", "factor"), [(0.5, 1.0), (1.0, 1.0), (10.0, 10.0), (1000.0, 1000.0)])
def test_a_silence_lasts_as_long_on_the_wall_clock_as_at_1x_or_longer(speedup, factor):
    paced, made = _paced(shipped(), speedup), shipped()
    assert paced.flight.link_loss_timeout == factor * made.flight.link_loss_timeout
    assert abs(paced.mavlink.epoch - time.time()) < 60


def test_an_impatient_second_signal_does_not_break_the_orderly_end(start):
    sim = start()
    assert sim.place == f"udp:{DEFAULT_UDP}"
    sim.process.send_signal(signal.SIGINT)
    code, _, err = sim.end(signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in err


# -- what cannot be


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--tcp", "5760"], "--tcp 5760: give host and port"),
        (["--tcp", "203.0.113.1:5760"], "this machine has no such address"),
        (["--udp", "no-such-host.invalid:1"], "there is no host"),
        (["--speedup", "0"], "--speedup 0: must be above 0 and at most 1000"),
        (["--speedup", "nan"], "--speedup nan: must be above 0"),
        (["--speedup", "1e9"], "--speedup 1e+09: must be above 0"),
        (["--defect", "nonsense"], "there is no defect 'nonsense'"),
        (["--seed", "-1"], "--seed: '-1': wanted a whole number from 0"),
        (["--wind", "3"], "--wind 3: give two numbers"),
        (["--wind", "3,nan"], "--wind 3,nan: give two numbers"),
        (["--wind", "1,2,3"], "give two numbers"),
        (["--signing-key", "nowhere"], "nowhere: --signing-key: cannot be read"),
    ],
)
def test_a_wrong_option_is_one_line(command, arguments, line):
    done = command("sim", *arguments)
    assert (done.code, done.out) == (3, "")
    assert len(done.err) == 1
    assert line in done.err[0]


@pytest.mark.parametrize("arguments", [["--tcp", "a:1", "--pty"], ["--speedup", "fast"], ["--wind", "-3,0"]])
def test_options_that_do_not_parse_are_a_usage_error(command, arguments):
    done = command("sim", *arguments)
    assert (done.code, done.out) == (3, "")


def test_a_port_that_another_program_holds_is_named_with_the_remedy(command):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = command("sim", "--tcp", f"127.0.0.1:{port}")
    assert (done.code, done.out) == (3, "")
    remedy = "another program holds this port; end it, or choose another port"
    assert done.err == [f"dronecert: --tcp 127.0.0.1:{port}: {remedy}"]


def test_the_handlers_of_signals_are_as_before(command):
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    command("sim", "--wind", "x")
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_key_that_others_can_read_is_warned_of(command, tmp_path):
    path = tmp_path / "key"
    path.write_bytes(KEY)
    path.chmod(0o644)
    done = command("sim", "--signing-key", path, "--speedup", "0")
    assert done.err[0] == f"warning: other users can read {path}; chmod 600 {path}"


def test_an_interface_that_others_reach_is_said(start):
    sim = start("--tcp", "0.0.0.0:0")
    assert sim.place.startswith("tcp:0.0.0.0:")
    _, _, err = sim.end()
    assert "WARNING: other machines can reach it" in err
