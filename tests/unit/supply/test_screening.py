from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FileError
from harness.supply import screening
from harness.supply.names import comparable
from harness.supply.screening import read_entities

LISTS = Path(__file__).parents[3] / "rigs" / "lists"
LISTED = read_entities(LISTS / "demo-restricted.toml")


def test_the_list_says_what_it_is():
    assert (LISTED.id, LISTED.date, len(LISTED.entries)) == ("demo-restricted", date(2026, 11, 1), 3)
    assert LISTED.jurisdictions == {"XZ": "demonstration entry 4"}
    assert len(LISTED.sha256) == 64


@pytest.mark.parametrize("path", sorted(LISTS.glob("*restricted*.toml")))
def test_a_shipped_list_is_labelled(path):
    listed = read_entities(path)
    assert "demonstration" in listed.title.lower()
    assert "invented" in listed.title


@pytest.mark.parametrize(
    ("name", "kind", "entity"),
    [
        ("zwielicht AVIONIK", "exact", "Zwielicht Avionik GmbH"),
        ("Avionik Zwielicht Co., Ltd.", "exact", "Zwielicht Avionik GmbH"),
        ("ZWA Systems Inc.", "alias", "Zwielicht Avionik GmbH"),
        ("薄明航空電子股份有限公司", "alias", "Zwielicht Avionik GmbH"),
        ("ﾅｶﾞﾚｸﾗｳﾄﾞ(株)", "alias", "Nagare Cloud Services Co., Ltd."),
        ("Zwielicht Avionic", "fuzzy", "Zwielicht Avionik GmbH"),
        ("Zwielicht Avionik Nippon KK", "fuzzy", "Zwielicht Avionik GmbH"),
        ("薄明航空電子（深圳）", "fuzzy", "Zwielicht Avionik GmbH"),
        ("Dammerung Beteiligungen", "fuzzy", "Zwielicht Avionik GmbH"),
        ("Palisade", "fuzzy", "Palisade Optics Holding"),
    ],
)
def test_a_listed_name_is_found(name, kind, entity):
    (match,) = LISTED.screen(name)
    assert (match.kind, match.entity, match.clear) == (kind, entity, kind != "fuzzy")
    assert "listed: demonstration entry" in match.reason
    assert 0.85 <= match.score <= 1.0


@pytest.mark.parametrize("name", ["Dronecert Demo KK", "zlib project", "Example Radio GmbH", "NCS", "Nagoya Optics"])
def test_another_name_is_not(name):
    assert LISTED.screen(name) == ()


@pytest.mark.parametrize("name", ["", "  ", "???", "Co., Ltd.", "unknown", "N/A", "TBD", "NOASSERTION"])
def test_what_is_no_name_is_never_clean(name):
    (match,) = LISTED.screen(name)
    assert (match.kind, match.entity) == ("fuzzy", "")


@given(st.sampled_from([n for e in LISTED.entries for n in (e.name, *e.aliases)]), st.integers(0, 1 << 30))
def test_case_order_and_form_hide_nothing(name, seed):
    words = comparable(name).text.split()
    turned = " ".join(words[seed % len(words) :] + words[: seed % len(words)])
    written = "".join(c.upper() if seed >> (i % 30) & 1 else c.lower() for i, c in enumerate(turned))
    assert any(match.clear for match in LISTED.screen(f"{written}, Ltd."))


@given(st.text(max_size=400))
def test_any_name_is_screened(name):
    for match in LISTED.screen(name):
        assert match.reason
        assert 0.0 <= match.score <= 1.0


# -- files


HEAD = 'id = "l"\ntitle = "t"\ndate = 2026-01-01\nsource = "s"\n'
ENTRY = '[[entities]]\nname = "Alpha Werke"\nreason = "r"\n'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (HEAD, "entities: missing key"),
        (HEAD + "entities = []", "entities: "),
        (ENTRY, "id: missing key|title: missing key"),
        (
            HEAD + ENTRY + '[[entities]]\nname = "ALPHA werke GmbH"\nreason = "r"\n',
            r"entities\[1\].name: names .* twice",
        ),
        (HEAD + ENTRY.replace("Alpha Werke", "GmbH"), r"entities\[0\]: nothing of the name 'GmbH'"),
        (HEAD + ENTRY + 'aliases = ["?"]\n', r"entities\[0\]: nothing of the name '\?'"),
        (HEAD + ENTRY.replace('reason = "r"', ""), r"entities\[0\].reason: missing key"),
        (HEAD.replace("2026-01-01", '"soon"') + ENTRY, "date: "),
        (HEAD + ENTRY + '[[jurisdictions]]\ncode = "xx"\nreason = "r"\n', r"jurisdictions\[0\].code: "),
        (HEAD + ENTRY + 'alias = ["Beta"]\n', r"entities\[0\].alias: unknown key"),
    ],
)
def test_a_wrong_list_is_refused(tmp_path, text, wanted):
    path = tmp_path / "list.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=wanted):
        read_entities(path)


def test_a_list_too_long_to_screen_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(screening, "MOST_NAMES", 1)
    path = tmp_path / "list.toml"
    path.write_text(HEAD + ENTRY + 'aliases = ["Beta"]\n', encoding="utf-8")
    with pytest.raises(FileError, match="more than 1 names: split it"):
        read_entities(path)


def test_a_name_that_mixes_alphabets_and_matches_nothing_is_open():
    (match,) = read_entities(LISTS / "demo-restricted.toml").screen("Harmlеss Gliders")
    assert (match.kind, match.entity) == ("fuzzy", "") and "mixes" in match.reason
    assert read_entities(LISTS / "demo-restricted.toml").screen("Harmless Gliders") == ()
