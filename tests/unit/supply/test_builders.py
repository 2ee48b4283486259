from pathlib import Path

import pytest

from harness.errors import FileError
from harness.supply.builders import read_builders

LISTS = Path(__file__).parents[3] / "rigs" / "lists"
SHIPPED = LISTS / "demo-builders.toml"


def test_the_shipped_list_is_read():
    ((identity, builder),) = read_builders(SHIPPED).items()
    assert identity == builder.id == "https://build.dronecert.example/hosted/v1"
    assert builder.level == 2
    assert "build service" in builder.certificate.subject.rfc4514_string()


ENTRY = '[[builders]]\nid = "b"\ncertificate = "c.pem"\nlevel = 2\nassessed = "a"\n'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "builders: missing key"),
        (ENTRY.replace("level = 2", "level = 4"), r"builders\[0\].level: "),
        (ENTRY.replace("level = 2", "level = 0"), r"builders\[0\].level: "),
        (ENTRY.replace('assessed = "a"', ""), r"builders\[0\].assessed: missing key"),
        (ENTRY, "c.pem: is not one PEM certificate"),
        (ENTRY.replace("c.pem", "none.pem"), "none.pem: cannot be read"),
    ],
)
def test_a_wrong_list_is_refused(tmp_path, text, wanted):
    (tmp_path / "c.pem").write_bytes(b"no certificate")
    (tmp_path / "builders.toml").write_text(text)
    with pytest.raises(FileError, match=wanted):
        read_builders(tmp_path / "builders.toml")


def test_two_keys_for_one_builder_are_refused(tmp_path):
    text = SHIPPED.read_text().replace("../articles", str(LISTS.parent / "articles"))
    (tmp_path / "builders.toml").write_text(text + text[text.index("[[") :])
    with pytest.raises(FileError, match=r"builders\[1\].id: names .* twice"):
        read_builders(tmp_path / "builders.toml")
