"""Twins that answer: any bytes are borne, and they answer in the words of their make."""

import pytest
from fake_bench import QuietHall
from hypothesis import given
from hypothesis import strategies as st

from harness.instruments.twins import answerers
from harness.instruments.twins.answerers import HttpAnswerer, LineAnswerer, plain, with_prompt

TWINS = {
    "relay": answerers.relay,
    "attenuator": answerers.attenuator,
    "wind_scpi": answerers.wind_scpi,
    "wind_http": answerers.wind_http,
}


class Port:
    """A port in memory."""

    def __init__(self):
        self.sent, self.closed = [], False

    def listen(self, receiver):
        self.receive = receiver

    def send(self, data):
        self.sent.append(data)

    def close(self):
        self.closed = True


@pytest.mark.parametrize("name", TWINS)
@given(question=st.text(max_size=60), fault=st.sampled_from(["", "silent", "garbling", "stuck"]))
def test_any_question_is_borne(name, question, fault):
    assert isinstance(TWINS[name](QuietHall(), fault)(question), str)


def test_a_numato_module_echoes_answers_and_prompts():
    port, hall = Port(), QuietHall()
    LineAnswerer(port, answerers.relay(hall, ""), with_prompt)
    port.receive(b"relay on 0\rrelay re")
    port.receive(b"ad 0\r")
    assert port.sent == [b"relay on 0\n\r>", b"relay read 0\n\ron\n\r>"]


def test_an_rcdat_takes_what_is_in_its_range():
    answer = answerers.attenuator(hall := QuietHall(), "")
    assert [answer(":SETATT=12.30"), answer(":ATT?"), hall.attenuation] == ["1", "12.25", 12.25]
    assert [answer(":SETATT=95"), hall.attenuation] == ["2", 12.25]
    assert answer(":SETATT=-1") == ""


def test_http_is_answered_once_and_closed():
    port = Port()
    HttpAnswerer(port, lambda question: question.upper())
    port.receive(b"GET /:att%3F HTT")
    assert port.sent == []
    port.receive(b"P/1.1\r\nHost: x\r\n\r\n")
    assert port.sent[0].endswith(b"Content-Length: 5\r\nConnection: close\r\n\r\n:ATT?")
    assert port.closed


def test_a_line_that_never_ends_is_not_kept():
    port = Port()
    made = LineAnswerer(port, lambda question: question, plain)
    for _ in range(10):
        port.receive(b"x" * 4000)
    assert len(made._rest) <= answerers.LONGEST
