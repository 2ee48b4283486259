import base64
import json
import re

import pytest

from harness.errors import EvidenceError
from harness.reports.html import INITIALISER, keep_quiet, render_html

ANALYTICS = (
    '<script async src="https://www.googletagmanager.com/gtag/js?id=G-X"></script>\n'
    "<script>gtag('config', 'G-X');</script>"
)


def page(head="", body=""):
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def test_analytics_go_and_the_initialiser_comes_first():
    quiet = keep_quiet(page(body=f"{ANALYTICS}<script>let data=1</script>"))
    assert quiet.startswith(f"<!DOCTYPE html><html><head>{INITIALISER}<meta http-equiv=")
    assert "googletagmanager" not in quiet and "let data=1" in quiet


@pytest.mark.parametrize(
    "body",
    [
        "<img src='http://evil.example/x'>",
        "<script src=//evil.example/x></script>",
        '<a href="HTTPS://evil.example">x</a>',
        ANALYTICS + ANALYTICS,
        "<script>load('googletagmanager')</script>",
    ],
)
def test_a_page_that_would_call_out_is_refused(body):
    with pytest.raises(EvidenceError, match="outside address"):
        keep_quiet(page(body=body))


def test_text_that_only_looks_like_an_address_is_kept():
    shown = "&lt;img src=http://evil.example/x&gt;<script>const s='<img src=\"http://a.example\">'</script>"
    assert shown in keep_quiet(page(body=shown))


def test_a_page_without_head_is_refused():
    with pytest.raises(EvidenceError, match="without <head>"):
        keep_quiet("<html></html>")


def test_missing_generator_is_named(tmp_path):
    with pytest.raises(EvidenceError, match=r"harness\.reports\.node"):
        render_html(tmp_path, tmp_path / "r.html", "t", tmp_path)


def test_generator_failure_is_named_and_leaves_no_file(tmp_path, tools):
    with pytest.raises(EvidenceError, match="report generator"):
        render_html(tmp_path / "missing", tmp_path / "r.html", "t", tools)
    assert not (tmp_path / "r.html").exists()


def test_hostile_title_and_results_stay_text(tmp_path, tools):
    hostile = "</title></script><script>alert(1)</script><img src=http://evil.example/x>"
    results = tmp_path / "results"
    results.mkdir()
    result = {
        "uuid": "a",
        "name": hostile,
        "status": "passed",
        "labels": [{"name": "claim", "value": hostile}, {"name": "verdict", "value": "INVALID"}],
    }
    (results / "a-result.json").write_text(json.dumps(result))
    text = render_html(results, tmp_path / "r.html", hostile, tools).read_text()
    assert "<script>alert(1)" not in text
    assert not re.search(r"<img[^>]*evil", text)
    data = [base64.b64decode(match) for match in re.findall(r'd\("data/[^"]*","([^"]*)"\)', text)]
    assert any(hostile in str(json.loads(item)) for item in data if item.startswith(b"{"))
    assert any(b"Rig, instrument or control failed (INVALID)" in item for item in data)
    assert not any(b'"Product errors"' in item for item in data)
