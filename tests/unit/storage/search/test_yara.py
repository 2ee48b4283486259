import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import FileError, MaterialError
from harness.storage.search import yara as module
from harness.storage.search.yara import YaraRules, load_rules

RULES = """
rule operator { strings: $name = "OPERATOR-7" $wide = "OPERATOR-7" wide  condition: any of them }
rule other { strings: $hex = { DE AD ?? EF } condition: $hex }
rule large { condition: filesize > 5000 }
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    path = tmp_path_factory.mktemp("yara") / "rules.yar"
    path.write_text(RULES)
    return load_rules(path)


def found_in(rules, data, start=0):
    return [(found.offset, found.size, found.detail) for found in rules.window(data, start)]


def test_rules_find_what_they_say_and_where(rules):
    data = bytes(100) + b"OPERATOR-7" + bytes(50) + "OPERATOR-7".encode("utf-16-le") + b"\xde\xad\x01\xef"
    assert found_in(rules, data, 1 << 40) == [
        ((1 << 40) + 100, 10, "rule operator, $name"),
        ((1 << 40) + 160, 20, "rule operator, $wide"),
        ((1 << 40) + 180, 4, "rule other, $hex"),
    ]
    assert found_in(rules, data[:105]) == []


def test_a_rule_without_a_text_is_found_at_the_piece(rules):
    assert found_in(rules, bytes(6000), 4096) == [(4096, 6000, "rule large, by its condition alone")]


def test_rules_are_a_detector_like_others(rules):
    detector = rules.detector
    assert [found.kind for found in detector.window(b"OPERATOR-7", 0)] == ["yara"] and detector.ahead >= 1 << 16


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rule a {\n  nonsense\n}", r"rules.yar:2: no YARA rules"),
        ('include "/etc/passwd"\nrule a { condition: true }', "no YARA rules"),
        ('import "nothing"\nrule a { condition: true }', r"rules.yar:1: .*nothing"),
        ("rule a { condition: " + "true and " * 600_000 + "true }", "more than"),
    ],
)
def test_what_is_no_rule_file_is_refused_with_its_line(tmp_path, text, message):
    path = tmp_path / "rules.yar"
    path.write_text(text)
    with pytest.raises(FileError, match=message) as caught:
        load_rules(path)
    assert len(str(caught.value)) < 500


def test_absent_and_binary_files_are_refused(tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name in ("absent", "binary"):
        with pytest.raises(FileError, match="cannot be read as YARA rules"):
            load_rules(tmp_path / name)


def test_rules_that_never_end_are_given_up(rules, monkeypatch):
    import yara_x

    slow = YaraRules(yara_x.compile("rule slow { condition: for all i in (0..100000000000): (i >= 0) }"))
    monkeypatch.setattr(module, "MOST_SECONDS", 1)
    slow._scanner.set_timeout(1)
    with pytest.raises(MaterialError, match="simplify"):
        list(slow.window(b"x", 0))


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=2000), st.integers(0, 1 << 40))
def test_any_bytes_are_survived(rules, data, start):
    assert all(found.offset >= start for found in rules.window(data, start))
