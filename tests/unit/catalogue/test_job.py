from datetime import date
from pathlib import Path

import pytest

from harness.catalogue import load_catalogue, load_job
from harness.errors import FileError

SUITES = Path(__file__).parents[3] / "suites"
GOOD = """number = "J-1"
place = "netted field"
sampling = "bought off the shelf"
consent_irreversible = ["DAR-07"]
customer = { name = "C", contact = "c@c.example" }
laboratory = { name = "L", address = "1 Street" }
operator = { name = "O", role = "test engineer" }
approver = { name = "A", role = "head" }
[[units]]
kind = "aircraft"
serial = "1"
received = 2026-11-20
condition = "sealed"
[[deviations]]
text = "window halved"
reason = "weather"
approved_by = "A"
requirements = ["WIND-01"]
[external_documents.RADIO-10]
document = "EMC report 7"
issuer = "EMC lab"
issued = 2026-10-01
file = "emc.pdf"
"""


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(path.parent for path in SUITES.glob("*/requirements.toml"))


def load(tmp_path, catalogue, text):
    path = tmp_path / "job.toml"
    path.write_text(text)
    return load_job(path, catalogue)


def test_a_good_job(tmp_path, catalogue):
    job = load(tmp_path, catalogue, GOOD)
    assert job.units[0].received == date(2026, 11, 20)
    assert job.external_documents["RADIO-10"].issuer == "EMC lab"
    assert job.consent_irreversible == ("DAR-07",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2026-11-20", '"yesterday"', r":12: units\[0\]\.received: input should be a valid date"),
        ("RADIO-10", "RADIO-99", r":19: external_documents\.RADIO-99: no suite has requirement 'RADIO-99'"),
        ('["DAR-07"]', '["DAR-77"]', r":4: consent_irreversible\[0\]: no suite has requirement 'DAR-77'"),
        ('["WIND-01"]', '["WIND-88"]', r":18: deviations\[0\]\.requirements: no suite has requirement 'WIND-88'"),
        ("operator", "operater", r":7: operater: unknown key, did you mean 'operator'\? \(and 1 more\)"),
        ("place", "#", r"place: missing key"),
    ],
)
def test_a_mistake_in_a_job_names_key_and_line(tmp_path, catalogue, old, new, said):
    with pytest.raises(FileError, match=said):
        load(tmp_path, catalogue, GOOD.replace(old, new, 1))


def test_the_operator_of_a_job_may_have_an_answer_file(tmp_path, catalogue):
    (tmp_path / "said.toml").write_text('[answers]\n"wind.set" = "done"\n')
    given = GOOD.replace('role = "test engineer" }', 'role = "test engineer", answers = "said.toml" }')
    assert load(tmp_path, catalogue, given).operator.answers == "said.toml"
    with pytest.raises(FileError, match=r"job\.toml:7: operator\.answers: there is no answer file .*other\.toml"):
        load(tmp_path, catalogue, given.replace("said", "other"))
    (tmp_path / "said.toml").write_text("[answers]\nx = 1\n")
    with pytest.raises(FileError, match=r"said\.toml:2: answers\.x"):
        load(tmp_path, catalogue, given)
