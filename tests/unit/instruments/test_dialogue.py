"""Questions and answers: each transport answers, and whoever does not is named in one line with the remedy."""

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RigError
from harness.instruments import dialogue
from harness.instruments.dialogue import HttpDialogue, SerialDialogue, TelnetDialogue, VisaDialogue, read_number
from harness.instruments.twins.answerers import HttpAnswerer, LineAnswerer, plain

VISA = """
spec: "1.1"
devices:
  wall:
    eom:
      ASRL INSTR: {q: "\\n", r: "\\n"}
    error: ERROR
    dialogues:
      - {q: "*IDN?", r: "Example,Fan,77,1.0"}
    properties:
      speed:
        default: 0.0
        getter: {q: "SPE?", r: "{:.2f}"}
        setter: {q: "SPE {:.2f}"}
        specs: {min: 0, max: 20, type: float}
resources:
  ASRL1::INSTR: {device: wall}
"""


@pytest.fixture
def world(real):
    return real.world


@pytest.fixture
def fast(monkeypatch):
    monkeypatch.setattr(dialogue, "ANSWER_WITHIN", 0.2)


def echo(question):
    return f"said {question}" if question != "hush" else ""


def test_serial_answers_and_its_echo_is_no_answer(world, terminal):
    line = SerialDialogue(world, terminal.device, baud=9600, prompt=b">")
    threading.Thread(target=lambda: (terminal.read(), terminal.write(b"ver\n\r00008\n\r>")), daemon=True).start()
    assert line.ask("ver") == "00008"
    line.close()


def test_a_silent_serial_device_is_asked_about(world, terminal, fast):
    line = SerialDialogue(world, terminal.device, baud=9600)
    with pytest.raises(RigError, match=r"/dev/pts/\d+ does not answer 'ver' within 0.2 s: is it on"):
        line.ask("ver")
    line.close()


def test_a_pulled_serial_cable_is_told(world, terminal):
    line = SerialDialogue(world, terminal.device, baud=9600)
    terminal.pull()
    with pytest.raises(RigError, match="the cable was pulled"):
        line.ask("ver")
    line.close()


def test_telnet_answers_again_and_again(world, hall):
    line = TelnetDialogue(world, hall.tcp(lambda port: LineAnswerer(port, echo, plain)))
    assert [line.ask("a"), line.ask("b")] == ["said a", "said b"]
    line.close()


def test_a_silent_and_a_dead_telnet_are_asked_about(world, hall, fast):
    address = hall.tcp(lambda port: LineAnswerer(port, echo, plain))
    line = TelnetDialogue(world, address)
    with pytest.raises(RigError, match=r"telnet 127.0.0.1:\d+ does not answer 'hush' \(timed out\): is it on"):
        line.ask("hush")
    line.close()
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(RigError, match="cannot be reached"):
        TelnetDialogue(world, nobody)


def test_a_telnet_that_hangs_up_or_never_ends_its_line_is_told(world, hall):
    def flood(port):
        port.listen(lambda data: (port.send(b"x" * 200_000), port.close()))

    line = TelnetDialogue(world, hall.tcp(flood))
    with pytest.raises(RigError, match="it hung up"):
        line.ask("a")
    line.close()


def test_http_answers(world, hall):
    http = HttpDialogue(world, hall.tcp(lambda port: HttpAnswerer(port, echo)))
    assert http.ask(":ATT?") == "said :ATT?"
    with pytest.raises(RigError, match=r"answers 'hush' with status 404: is it the right instrument\?"):
        http.ask("hush")


def test_an_http_that_is_none_or_dead_is_told(world, hall):
    http = HttpDialogue(world, hall.tcp(lambda port: LineAnswerer(port, lambda question: "garbage", plain)))
    with pytest.raises(RigError, match="does not answer"):
        http.ask("x")
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(RigError, match="Connection refused"):
        HttpDialogue(world, nobody).ask("x")


def test_visa_asks_and_orders(world, tmp_path):
    (tmp_path / "wall.yaml").write_text(VISA)
    visa = VisaDialogue(world, "ASRL1::INSTR", f"{tmp_path}/wall.yaml@sim")
    assert visa.ask("*IDN?") == "Example,Fan,77,1.0"
    assert visa.ask("SPE 12.50") == ""
    assert visa.ask("SPE?") == "12.50"
    visa.close()


def test_a_visa_that_is_not_there_is_told(world, tmp_path, fast):
    with pytest.raises(RigError, match=r"ASRL1::INSTR cannot be opened"):
        VisaDialogue(world, "ASRL1::INSTR", f"{tmp_path}/absent.yaml@sim")
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = server.getsockname()[1]
    # this backend connects when it is first asked
    visa = VisaDialogue(world, f"TCPIP::127.0.0.1::{nobody}::SOCKET")
    with pytest.raises(RigError, match=rf"TCPIP::127.0.0.1::{nobody}::SOCKET does not answer .* is it on"):
        visa.ask("*IDN?")
    visa.close()


def test_a_visa_that_is_silent_is_told(world, hall, fast):
    place = hall.tcp(lambda port: LineAnswerer(port, lambda question: "", plain))
    visa = VisaDialogue(world, f"TCPIP::127.0.0.1::{place.partition(':')[2]}::SOCKET")
    with pytest.raises(RigError, match=r"does not answer '\*IDN\?'"):
        visa.ask("*IDN?")
    visa.close()


def test_the_world_goes_on_while_an_answer_is_waited_for(world, terminal, fast):
    ran = []
    world.schedule.every(0.01, lambda: ran.append(1), start=world.now())
    line = SerialDialogue(world, terminal.device, baud=9600)
    with pytest.raises(RigError):
        line.ask("ver")
    assert len(ran) > 5
    line.close()


@given(text=st.text(max_size=80))
def test_what_is_no_number_is_refused(text):
    try:
        assert read_number(text, "x") == float(text)
    except RigError as error:
        assert "is it the right instrument?" in str(error)


def test_nan_and_infinity_are_no_numbers():
    for text in ("nan", "inf", "-inf"):
        with pytest.raises(RigError):
            read_number(text, "x")


@pytest.fixture
def modem():
    """A pair of sockets: what the dialogue holds, and the far end that a test answers by."""
    ours, far = socket.socketpair()
    yield ours, far
    ours.close()
    far.close()


def test_a_late_answer_is_not_taken_for_that_of_the_next_question(world, modem, fast):
    ours, far = modem
    line = TelnetDialogue.__new__(TelnetDialogue)
    line.where, line._world, line._socket, line._rest = "telnet modem", world, ours, b""
    ours.settimeout(0.2)
    with pytest.raises(RigError, match="does not answer ':ATT\\?'"):
        line.ask(":ATT?")
    far.sendall(b"0.00\r\nhalf a sen")

    def answer():
        asked = b""
        while not asked.endswith(b":SN?\r\n"):
            asked += far.recv(100)
        far.sendall(b"77\r\n")

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    assert line.ask(":SN?") == "77"
    thread.join()


def test_empty_lines_without_end_are_told(world, modem, fast, monkeypatch):
    ours, far = modem
    monkeypatch.setattr(dialogue, "MOST_ANSWER", 50)
    line = TelnetDialogue.__new__(TelnetDialogue)
    line.where, line._world, line._socket, line._rest = "telnet modem", world, ours, b""
    monkeypatch.setattr(line, "_forget_late", lambda: None)
    far.sendall(b"\r\n" * 60)
    with pytest.raises(RigError, match="it sends empty lines"):
        line.ask(":SN?")
