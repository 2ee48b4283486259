"""``report``: views and bag from a record, and who signs them."""

import base64
import json
import shutil
from datetime import date
from types import SimpleNamespace

import pytest

from harness.catalogue.job import Job
from harness.commands import report as module
from harness.commands.output import CHECKOUT
from harness.errors import EvidenceError
from harness.evidence.results import read_results
from harness.evidence.signing import DEMO_KEY, DEMO_ROOT, DEMO_SIGNER, demo_identity
from harness.evidence.verify import verify_bag

RIG = CHECKOUT / "rigs" / "embedded.toml"


@pytest.fixture(autouse=True)
def views(monkeypatch):
    """Views without their generators: one line each."""

    def fake(folder, options):
        for name in module.VIEWS[:-1]:
            (folder / name).write_text(f"{name}\n")
        (folder / module.VIEWS[-1]).mkdir(exist_ok=True)
        (folder / module.VIEWS[-1] / "x-result.json").write_text("{}")
        made = {"report_html": folder / "report.html", "report_pdf": folder / "report.pdf"}
        return SimpleNamespace(result=read_results(folder), **made)

    monkeypatch.setattr(module, "make_views", fake)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ({"WIND-01": "PASS"}, 0),
        ({"WIND-01": "PASS", "WIND-02": "FAIL"}, 1),
        ({"WIND-01": "INVALID", "WIND-02": "FAIL"}, 1),
        ({"WIND-01": "PASS", "WIND-02": "INVALID"}, 2),
        ({"WIND-01": "PASS", "WIND-02": "INCONCLUSIVE"}, 2),
        ({"WIND-01": "PASS", "WIND-02": "NOT_TESTED"}, 2),
    ],
)
def test_the_exit_code_is_that_of_the_verdict(command, told, tmp_path, verdicts, code):
    told(tmp_path / "run", verdicts)
    done = command("report", tmp_path / "run")
    assert done.code == code
    lines = done.out.splitlines()
    assert [line.split()[:2] for line in lines[: len(verdicts)]] == [list(item) for item in verdicts.items()]
    assert [line.split() for line in lines[-3:]] == [
        ["report", str(tmp_path / "run/report.html")],
        ["pdf", str(tmp_path / "run/report.pdf")],
        ["bag", str(tmp_path / "run/bag")],
    ]


def test_a_record_cut_short_is_not_passed(command, told, tmp_path):
    told(tmp_path / "run", {"WIND-01": "PASS"}, ended=False)
    with (tmp_path / "run" / "run.jsonl").open("a") as file:
        file.write('{"seq": 4, "t_wall": "2026')
    assert command("report", tmp_path / "run").code == 2


def test_the_bag_is_signed_and_made_anew(command, told, tmp_path, home):
    told(tmp_path / "run", {"WIND-01": "PASS"})
    bag = tmp_path / "run" / "bag"
    for _ in range(2):
        assert command("report", tmp_path / "run").code == 0
        found = verify_bag(bag, None, home / ".config/dronecert/demo" / DEMO_ROOT)
        assert (found.status, found.demo) == ("intact", True)
        (bag / "strange").write_text("left from before")
    names = {path.name for path in (bag / "data").iterdir()}
    # attachments are left out: this run has none, and a bag lists files only
    assert names == {"run.jsonl", *module.VIEWS}


JOB = Job.model_validate(
    {
        "number": "J-1",
        "customer": {"name": "Customer", "contact": "mail"},
        "laboratory": {"name": "Test Lab KK", "address": "Tokyo"},
        "place": "Tokyo",
        "operator": {"name": "O", "role": "operator"},
        "approver": {"name": "A", "role": "approver"},
        "units": [{"kind": "aircraft", "serial": "1", "received": date(2026, 11, 1), "condition": "good"}],
        "sampling": "by the customer",
    }
)


@pytest.mark.parametrize(
    ("job", "lab"), [({}, "not stated"), (JOB.model_dump(mode="json"), "Test Lab KK")], ids=["draft", "lab"]
)
def test_the_bag_says_whose_it_is(command, told, tmp_path, job, lab):
    told(tmp_path / "run-7", {"WIND-01": "FAIL"}, job=job)
    command("report", tmp_path / "run-7")
    info = (tmp_path / "run-7" / "bag" / "bag-info.txt").read_text()
    assert f"Source-Organization: {lab}" in info
    assert "External-Identifier: run-7" in info
    assert '"FAILED"' in attested(tmp_path / "run-7" / "bag")


def attested(bag):
    return base64.b64decode(json.loads((bag / "attestation.dsse.json").read_text())["payload"]).decode()


def test_a_lab_signs_with_its_own_key(command, told, tmp_path):
    demo_identity(tmp_path / "keys")
    rig = tmp_path / "rig.toml"
    text = RIG.read_text().replace('"articles/', f'"{RIG.parent}/articles/')
    names = f'certificate = "keys/{DEMO_SIGNER}"\nkey = "keys/{DEMO_KEY}"\nchain = "keys/{DEMO_ROOT}"\n'
    rig.write_text(f"{text}\n[signing]\n{names}")
    told(tmp_path / "run", {"WIND-01": "PASS"})
    assert command("report", tmp_path / "run", "--rig", rig).code == 0
    assert verify_bag(tmp_path / "run/bag", tmp_path / "keys" / DEMO_ROOT).signer_checked


def test_the_bag_that_is_there_stays_until_the_new_one_is_whole(command, told, tmp_path, monkeypatch):
    told(tmp_path / "run", {"WIND-01": "PASS"})
    assert command("report", tmp_path / "run").code == 0
    before = (tmp_path / "run/bag/manifest-sha256.txt").read_bytes()

    def fail(*arguments):
        raise EvidenceError("no timestamp")

    monkeypatch.setattr(module, "make_bag", fail)
    assert command("report", tmp_path / "run").code == 3
    assert (tmp_path / "run/bag/manifest-sha256.txt").read_bytes() == before
    assert not list((tmp_path / "run").glob(".bag*"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("absent", "holds no run.jsonl: give the folder of a run"),
        ("file", "holds no run.jsonl"),
        ("empty", "holds no run.jsonl"),
        ("no-plan", "the record holds no plan"),
        ("random", "run.jsonl:1: not JSON"),
        ("foreign", "run.jsonl:1: not event number 0"),
    ],
)
def test_what_is_no_run_is_one_line(command, tmp_path, name, text):
    for folder in ("empty", "no-plan", "random", "foreign"):
        (tmp_path / folder).mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "no-plan" / "run.jsonl").write_text("")
    (tmp_path / "random" / "run.jsonl").write_bytes(b"\xff\x00\xfe\n")
    (tmp_path / "foreign" / "run.jsonl").write_text('{"seq": 3}\n')
    done = command("report", tmp_path / name)
    assert (done.code, done.out, len(done.err)) == (3, "", 1)
    assert text in done.err[0]


def test_a_wrong_rig_file_is_one_line(command, told, tmp_path):
    told(tmp_path / "run", {"WIND-01": "PASS"})
    done = command("report", tmp_path / "run", "--rig", tmp_path / "none.toml")
    assert (done.code, done.out, done.err) == (3, "", [f"dronecert: {tmp_path / 'none.toml'}: no such file"])


def test_a_bag_that_is_a_link_is_not_followed(command, told, tmp_path):
    told(tmp_path / "run", {"WIND-01": "PASS"})
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("x")
    (tmp_path / "run" / "bag").symlink_to(tmp_path / "precious")
    done = command("report", tmp_path / "run")
    assert (done.code, len(done.err)) == (3, 1)
    assert (tmp_path / "precious" / "file").exists()


def test_a_run_may_be_moved(command, told, tmp_path):
    told(tmp_path / "run", {"WIND-01": "PASS"})
    command("report", tmp_path / "run")
    shutil.move(tmp_path / "run", tmp_path / "elsewhere")
    assert command("report", tmp_path / "elsewhere").code == 0
