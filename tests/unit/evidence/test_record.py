"""The record: appended and flushed, never overwritten, readable after any cut, clear about what is no record."""

import hashlib
import json
import math
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import EvidenceError
from harness.evidence import record
from harness.evidence.record import ATTACHMENTS, EVENT_TYPES, RECORD_NAME, Attachment, Recorder, read_events

WRITER = """
import sys
from pathlib import Path
from harness.evidence.record import Recorder
recorder = Recorder(Path(sys.argv[1]))
while True:
    attachment = recorder.store("log", "text/plain", str(recorder._sequence).encode() * 5000, "log")
    recorder.attach(attachment, case="c")
    print("ready", flush=True) if recorder._sequence == 1 else None
    recorder.emit("note", case="c", text="x" * 3000)
"""

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def recorder(tmp_path):
    recorder = Recorder(tmp_path / "run")
    yield recorder
    recorder.close()


def write(folder, *lines):
    folder.mkdir(exist_ok=True)
    (folder / RECORD_NAME).write_bytes(b"".join(lines))
    return folder


def line(number, **fields):
    return json.dumps({"seq": number, "type": "note", "case": "", **fields}).encode() + b"\n"


def test_events_come_back_in_order_with_all_their_fields(recorder):
    recorder.emit("note", text="first")
    recorder.emit("control", case="c1", t_test=1.5, name="wind", ok=True)
    first, second = read_events(recorder.folder)
    assert (first["seq"], first["case"], first["t_test"], first["text"]) == (0, "", None, "first")
    assert (second["seq"], second["type"], second["case"], second["t_test"]) == (1, "control", "c1", 1.5)
    assert (second["name"], second["ok"]) == ("wind", True)
    assert second["t_wall"].endswith("+00:00")


def test_each_event_is_on_disk_before_emit_returns(recorder):
    for number in range(3):
        recorder.emit("note", text="x")
        assert len(read_events(recorder.folder)) == number + 1


def test_any_text_survives(recorder):
    text = "ümlaut \n newline \u2028 separator \x00 nul 無人航空機 \udcff"
    recorder.emit("note", text=text)
    recorder.emit("note", text="next")
    assert [event["text"] for event in read_events(recorder.folder)] == [text, "next"]


def test_a_record_is_never_overwritten(recorder):
    recorder.emit("note", text="kept")
    with pytest.raises(EvidenceError, match="never overwritten"):
        Recorder(recorder.folder)
    assert read_events(recorder.folder)[0]["text"] == "kept"


@pytest.mark.parametrize(("first", "second"), [("", "gw0"), ("gw0", ""), ("gw0", "gw0")])
def test_a_second_run_does_not_write_beside_the_first(tmp_path, first, second):
    Recorder(tmp_path, first).close()
    with pytest.raises(EvidenceError, match="never overwritten"):
        Recorder(tmp_path, second)


def test_workers_write_side_by_side(tmp_path):
    for part in ("gw0", "gw1"):
        Recorder(tmp_path, part).close()
    assert read_events(tmp_path) == []


def test_a_folder_with_the_records_of_two_runs_has_none(tmp_path):
    Recorder(tmp_path).close()
    (tmp_path / "run.gw0.jsonl").touch()
    with pytest.raises(EvidenceError, match="of two runs"):
        read_events(tmp_path)


def test_an_unknown_type_is_refused_and_leaves_no_gap(recorder):
    with pytest.raises(EvidenceError, match="unknown event type 'verdict'"):
        recorder.emit("verdict")
    recorder.emit("note", text="x")
    assert read_events(recorder.folder)[0]["seq"] == 0


def endless():
    value = []
    value.append(value)
    return value


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", {("a", 1): 2}, endless()])
def test_what_json_cannot_say_is_refused_and_leaves_no_trace(recorder, value):
    with pytest.raises(EvidenceError, match="note event of case 'c'"):
        recorder.emit("note", case="c", text=value)
    recorder.emit("note", text="x")
    assert [event["text"] for event in read_events(recorder.folder)] == ["x"]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_kept_as_text(recorder, value):
    recorder.emit("measure", value=value, terms={"gps": value, "list": [(value,)]})

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    event = json.loads((recorder.folder / RECORD_NAME).read_text(), parse_constant=refuse)
    assert event["value"] == str(value)
    assert event["terms"] == {"gps": str(value), "list": [[str(value)]]}


def test_a_record_line_that_could_not_be_read_back_is_not_written(recorder, monkeypatch):
    monkeypatch.setattr(record, "MAX_LINE", 1600)
    with pytest.raises(EvidenceError, match="attachment"):
        recorder.emit("note", text="ü" * 400)
    recorder.emit("note", text="x")
    assert len(read_events(recorder.folder)) == 1


def test_an_attachment_is_kept_under_its_hash(recorder):
    attachment = recorder.store("plot", "image/png", b"png bytes", "plot")
    digest = hashlib.sha256(b"png bytes").hexdigest()
    expected = f"{ATTACHMENTS}/{digest}.png"
    assert attachment == Attachment(
        name="plot", media_type="image/png", file=expected, sha256=digest, size=9, kind="plot"
    )
    assert (recorder.folder / expected).read_bytes() == b"png bytes"


def test_equal_bytes_are_kept_once_and_an_unknown_type_is_bin(recorder):
    first = recorder.store("a", "application/x-unheard-of", b"same")
    second = recorder.store("b", "application/x-unheard-of", b"same")
    assert first.file == second.file
    assert first.file.endswith(".bin")
    assert len(list((recorder.folder / ATTACHMENTS).iterdir())) == 1


def test_an_attachment_is_whole_on_disk_before_the_event_that_names_it(recorder, monkeypatch):
    """Every file operation in between is watched: when the event is written, the bytes have been synced."""
    synced = []
    monkeypatch.setattr(record.os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
    attachment = recorder.store("log", "text/plain", b"twelve bytes", "log")
    assert synced == [12]
    assert read_events(recorder.folder) == []
    recorder.attach(attachment, case="c")
    (event,) = read_events(recorder.folder)
    assert (event["type"], event["case"], event["file"], event["size"]) == ("attach", "c", attachment.file, 12)


def test_an_attachment_cut_short_is_never_taken_for_whole(recorder, monkeypatch):
    def crash(descriptor):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(record.os, "fsync", crash)
        with pytest.raises(OSError, match="no space"):
            recorder.store("log", "text/plain", b"data", "log")
    attachment = recorder.store("log", "text/plain", b"data", "log")
    assert (recorder.folder / attachment.file).read_bytes() == b"data"


def test_a_record_cut_at_any_byte_gives_all_whole_events(tmp_path):
    whole = b"".join(line(number, text="ü" * number) for number in range(4))
    for cut in range(len(whole) + 1):
        events = read_events(write(tmp_path, whole[:cut]))
        assert len(events) == whole[:cut].count(b"\n")
        assert [event["seq"] for event in events] == list(range(len(events)))


@pytest.mark.parametrize("delay", [0.01, 0.05])
def test_a_writer_killed_at_work_leaves_a_readable_record(tmp_path, delay):
    folder = tmp_path / "run"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE)
    with writer:
        assert writer.stdout.readline() == b"ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            writer.wait(delay)
        writer.send_signal(signal.SIGKILL)
    events = read_events(folder)
    assert [event["seq"] for event in events] == list(range(len(events)))
    named = [event for event in events if event["type"] == "attach"]
    assert named
    for event in named:
        assert hashlib.sha256((folder / event["file"]).read_bytes()).hexdigest() == event["sha256"]


def test_a_folder_without_a_record_is_no_run_folder(tmp_path):
    with pytest.raises(EvidenceError, match="not a run folder"):
        read_events(tmp_path)
    (tmp_path / RECORD_NAME).mkdir()
    with pytest.raises(EvidenceError, match="not a run folder"):
        read_events(tmp_path)


def test_an_empty_record_holds_no_events(tmp_path):
    assert read_events(write(tmp_path)) == []


@pytest.mark.parametrize(
    "hostile",
    [
        b"\n",
        b"not json\n",
        b"[]\n",
        b"7\n",
        b"null\n",
        b"\xff\xfe\x00\n",
        b"[" * 100_000 + b"\n",
        b"9" * 10_000 + b"\n",
        b'{"seq": 1, "type": []}\n',
        b'{"seq": 1, "type": {}}\n',
        b'{"seq": 1, "type": "verdict"}\n',
        b'{"seq": 1}\n',
        b'{"type": "note"}\n',
        line(0),
        line(2),
    ],
)
def test_a_line_that_is_no_event_is_named_by_file_and_line(tmp_path, hostile):
    folder = write(tmp_path, line(0), hostile, line(2))
    with pytest.raises(EvidenceError, match=f"{RECORD_NAME}:2: not"):
        read_events(folder)


def test_a_record_too_large_to_read_is_an_error(tmp_path, monkeypatch):
    (tmp_path / RECORD_NAME).write_bytes(b"{}\n")
    monkeypatch.setattr(record, "MAX_RECORD", 2)
    with pytest.raises(EvidenceError, match="more than the 2 bytes"):
        read_events(tmp_path)


def test_an_endless_line_is_an_error_and_not_the_end_of_the_record(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "MAX_LINE", 200)
    folder = write(tmp_path, line(0), line(1, text="x" * 500), line(2))
    with pytest.raises(EvidenceError, match=f"{RECORD_NAME}:2: longer than"):
        read_events(folder)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_random_bytes_are_an_evidence_error_or_no_event_at_all(tmp_path_factory, data):
    folder = write(tmp_path_factory.getbasetemp() / "random", data)
    if b"\n" not in data:
        assert read_events(folder) == []
        return
    with pytest.raises(EvidenceError):
        read_events(folder)


@settings(max_examples=200)
@given(st.lists(json_values, min_size=1, max_size=3))
def test_lines_of_other_json_are_an_evidence_error(tmp_path_factory, values):
    folder = write(tmp_path_factory.getbasetemp() / "other", *(json.dumps(value).encode() + b"\n" for value in values))
    with pytest.raises(EvidenceError, match=":1: not event number 0"):
        read_events(folder)


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(sorted(EVENT_TYPES)), st.text(max_size=9), json_values), max_size=5))
def test_whatever_is_emitted_is_read_back(tmp_path_factory, events):
    recorder = Recorder(tmp_path_factory.mktemp("any"))
    for event_type, case, value in events:
        recorder.emit(event_type, case=case, value=value)
    recorder.close()
    read = [(event["type"], event["case"], event["value"]) for event in read_events(recorder.folder)]
    assert read == events


def test_several_workers_may_store_the_same_at_once(tmp_path):
    recorders = [Recorder(tmp_path / "run", f"gw{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for number in range(60):
            stored = [pool.submit(each.store, "x", "text/plain", bytes([number]) * 5000) for each in recorders]
            assert len({item.result().file for item in stored}) == 1
    files = list((tmp_path / "run" / "attachments").iterdir())
    assert len(files) == 60 and {path.suffix for path in files} == {".txt"}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o644}
    for each in recorders:
        each.close()
