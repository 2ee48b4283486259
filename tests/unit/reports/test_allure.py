import dataclasses
import json
import shutil
import subprocess
import sys
import textwrap

import pytest

from harness.errors import EvidenceError
from harness.evidence.record import read_events
from harness.evidence.results import read_results
from harness.judgement import Verdict
from harness.reports.allure import STATUSES, Document, write_allure_results


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def results(folder):
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*-result.json"))]


def labels(result, name):
    return [label["value"] for label in result["labels"] if label["name"] == name]


@pytest.fixture(scope="module")
def replayed(result, events, tmp_path_factory):
    folder = tmp_path_factory.mktemp("replayed")
    document = Document(name="Matrix", media_type="text/csv", extension="csv", data=b"a,b\n")
    write_allure_results(result, events, folder, [document], demo=True)
    return folder


def test_the_replay_equals_what_was_written_live(run_folder, replayed):
    live, again = contents(run_folder / "allure-live"), contents(replayed)
    assert len(live) == 16
    assert {name: again.get(name) for name in live} == live


def test_one_result_is_added_for_each_requirement_that_nothing_tested(run_folder, replayed, result):
    live = {path.name for path in (run_folder / "allure-live").iterdir()}
    added = [json.loads(path.read_text()) for path in replayed.glob("*-result.json") if path.name not in live]
    told = {name for item in results(run_folder / "allure-live") for name in labels(item, "requirement")}
    assert sorted(labels(item, "requirement")[0] for item in added) == sorted(
        item.id for item in result.requirements if item.id not in told
    )
    assert len(added) == 55


@pytest.mark.parametrize(
    ("requirement", "status", "verdict"),
    [
        ("WIND-01", "passed", "PASS"),
        ("WIND-02", "broken", "INCONCLUSIVE"),
        ("RADIO-01", "failed", "FAIL"),
        ("ENDP-01", "broken", "INVALID"),
        ("RADIO-10", "skipped", "NOT_TESTED"),
        ("SUP-01", "failed", "FAIL"),
        ("SUP-02", "skipped", "NOT_APPLICABLE"),
    ],
)
def test_status_label_and_first_word_follow_the_verdict(replayed, requirement, status, verdict):
    (shown,) = [item for item in results(replayed) if requirement in labels(item, "requirement")]
    assert shown["status"] == status and labels(shown, "verdict") == [verdict]
    assert shown["descriptionHtml"].partition("<span")[2].partition(">")[2].startswith(verdict)
    assert shown["statusDetails"]["message"].split(":")[0] == verdict
    assert labels(shown, "domain") and labels(shown, "claim")[0].startswith(f"{requirement} ")


def test_added_results_are_the_same_each_time(result, events, replayed, tmp_path):
    document = Document(name="Matrix", media_type="text/csv", extension="csv", data=b"a,b\n")
    write_allure_results(result, events, tmp_path / "again", [document], demo=True)
    assert contents(tmp_path / "again") == contents(replayed)


def test_documents_are_run_level_attachments_headline_first(replayed, result):
    listed = [json.loads(path.read_text()) for path in replayed.glob("*-globals.json")]
    attachments = next(item["attachments"] for item in listed if "attachments" in item)
    assert "NOT DEMONSTRATED" in attachments[0]["name"] and attachments[1]["name"] == "Matrix"
    assert b"DEMO - NOT FOR CERTIFICATION" in (replayed / attachments[0]["source"]).read_bytes()
    assert (replayed / attachments[1]["source"]).read_bytes() == b"a,b\n"
    assert any(item.get("errors") for item in listed)
    assert "Verdict=NOT DEMONSTRATED\n" in (replayed / "environment.properties").read_text()
    assert len(json.loads((replayed / "categories.json").read_text())) == 5


def test_a_verdict_worse_than_the_live_results_tell_is_added(result, events, tmp_path):
    first = dataclasses.replace(result.requirements[0], verdict=Verdict.NOT_TESTED, reason="1 case did not run")
    cut = dataclasses.replace(result, requirements=(first, *result.requirements[1:]))
    write_allure_results(cut, events, tmp_path)
    shown = [item for item in results(tmp_path) if "WIND-01" in labels(item, "requirement")]
    assert sorted(item["status"] for item in shown) == ["passed", "skipped"]


def test_every_verdict_has_a_status():
    assert set(STATUSES) == set(Verdict)


@pytest.mark.parametrize(
    "event",
    [
        {"what": "result", "name": "../../evil-result.json", "content": {}},
        {"what": "attachment", "name": "a.txt", "file": "../run.jsonl"},
        {"what": "other", "name": "a.json", "content": {}},
    ],
)
def test_an_event_that_leads_out_of_the_folder_is_refused(result, tmp_path, event):
    with pytest.raises(EvidenceError):
        write_allure_results(result, [{"type": "allure", **event}], tmp_path / "folder")


def test_an_altered_attachment_is_refused(run_folder, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run_folder, copy)
    for path in (copy / "attachments").glob("*.bin"):
        path.write_bytes(b"altered")
    with pytest.raises(EvidenceError, match="altered"):
        write_allure_results(read_results(copy), read_events(copy), tmp_path / "folder")


def test_the_tap_sees_what_allure_pytest_writes(tmp_path):
    (tmp_path / "conftest.py").write_text(
        textwrap.dedent("""
            import json, allure_commons
            from pathlib import Path
            from harness.reports.allure import AllureTap

            HERE = Path(__file__).parent
            (HERE / "told").mkdir()

            def tell(what, name, content):
                data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
                (HERE / "told" / name).write_bytes(data)

            allure_commons.plugin_manager.register(AllureTap(tell, HERE / "live"))
        """)
    )
    (tmp_path / "test_it.py").write_text(
        textwrap.dedent("""
            import allure, pytest

            @pytest.fixture
            def thing():
                yield 1
                allure.attach("after é", "after")

            @pytest.mark.parametrize("n", [1.5, 2])
            def test_a(thing, n, tmp_path):
                '''Title é.'''
                (tmp_path / "f.bin").write_bytes(bytes(range(256)))
                allure.attach.file(str(tmp_path / "f.bin"), "file")
                allure.global_attach("text", "global")
                with allure.step("step"):
                    assert n < 2

            @pytest.mark.skip(reason="no")
            def test_b():
                pass
        """)
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--alluredir={tmp_path / 'live'}"]
    options = ["--rootdir", str(tmp_path), "-c", "/dev/null", "--import-mode=importlib", str(tmp_path / "test_it.py")]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert "1 failed, 1 passed, 1 skipped" in done.stdout, done.stdout + done.stderr
    live = contents(tmp_path / "live")
    assert len(live) > 10 and contents(tmp_path / "told") == live
