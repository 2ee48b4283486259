from harness.instruments.gateway import Presented, Session
from harness.instruments.network.bench import NetworkBench
from harness.instruments.network.line import Window, read_reports


def session(*bodies):
    return Session(host="a", presented=Presented.GOOD, opened_at=0.0, requests=[], bodies=list(bodies))


def test_reports_are_read_and_what_is_none_is_left_out():
    assert read_reports([session(b"", b"no json", b"[1]", b'{"date": 1}'), session(b'{"x": 2}')]) == [
        {"date": 1},
        {"x": 2},
    ]


def test_frames_of_the_article_are_told_from_those_of_the_bench(scene):
    line = NetworkBench(scene.context())._line
    scene.world.power_on()
    scene.run(5.0)
    window = Window(start=0.0, end=5.0)
    assert 0 < len(line.sent(window)) < len(line.frames(window)) == line.capture.captured
    assert line.sent(Window(start=6.0, end=7.0)) == []


def test_sessions_are_found_by_the_test_clock_whatever_the_date(scene):
    line = NetworkBench(scene.context())._line
    line.date.ahead = 86_400.0
    scene.world.power_on()
    scene.run(5.0)
    assert len(line.sessions(Window(start=0.0, end=5.0))) == 2
