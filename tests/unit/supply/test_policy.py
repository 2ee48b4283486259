from datetime import date

import pytest

from harness.errors import FileError
from harness.supply.policy import CRITICAL, DEFAULT, read_countries, read_policy

ENTITIES = """
id = "example"
title = "Example list"
date = 2026-11-01
source = "made up"

[[entities]]
name = "Zwielicht Avionik GmbH"
reason = "example"
"""
COUNTRIES = 'date = 2026-11-01\nsource = "made up"\nadmits = true\ncountries = ["JP", "FI"]\n'
FULL = """
title = "Example purchaser"
required = ["supplier", "licence"]

[origin]
critical = ["radio"]
confidence = "inspected"
countries = "countries.toml"

[entities]
list = "entities.toml"
"""


@pytest.fixture
def policy(tmp_path):
    """Write a policy with its lists beside it; gives its path."""

    def write(text, countries=COUNTRIES, entities=ENTITIES):
        for name, content in (("policy.toml", text), ("countries.toml", countries), ("entities.toml", entities)):
            (tmp_path / name).write_text(content)
        return tmp_path / "policy.toml"

    return write


def test_a_policy_is_read_with_its_lists(policy):
    read = read_policy(policy(FULL))
    assert (read.title, read.required, read.asks_origin) == ("Example purchaser", ("supplier", "licence"), True)
    assert (read.origin.critical, read.origin.confidence) == (("radio",), "inspected")
    assert (read.origin.countries.date, read.origin.countries.countries) == (date(2026, 11, 1), {"JP", "FI"})
    assert read.entities.id == "example"


def test_what_a_policy_leaves_out_is_not_asked(policy):
    read = read_policy(policy('title = "x"'))
    assert (read.required, read.origin, read.entities) == (DEFAULT.required, None, None)
    assert len(DEFAULT.required) == 7 and not DEFAULT.asks_origin
    assert read_policy(policy('title = "x"\n[origin]\n')).origin.critical == CRITICAL


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "title: missing key"),
        ('title = ""', "title"),
        ('title = "x"\nrequire = []', "require: unknown key"),
        ('title = "x"\nrequired = []', "required"),
        ('title = "x"\nrequired = ["colour"]', "'colour' is no field of a bill; there are supplier"),
        ('title = "x"\n[origin]\nconfidence = "sure"', "origin.confidence"),
        ('title = "x"\n[origin]\ncritical = []', "origin.critical"),
        ('title = "x"\n[origin]\ncritical = ["Radio"]', "origin.critical"),
        ('title = "x"\n[origin]\ncountries = "gone.toml"', "gone.toml: cannot be read"),
        ('title = "x"\n[entities]\nlist = "gone.toml"', "gone.toml: cannot be read"),
        ('title = "x"\n[entities]\n', "entities.list: missing key"),
        ("title = ", "is not TOML"),
    ],
)
def test_a_wrong_policy_is_told_by_its_key(policy, text, wanted):
    with pytest.raises(FileError, match=wanted):
        read_policy(policy(text))


@pytest.mark.parametrize(
    ("countries", "wanted"),
    [
        (COUNTRIES.replace('"JP"', '"Japan"'), r"countries\[0\]"),
        (COUNTRIES.replace("true", '"yes"'), "admits"),
        (COUNTRIES.replace("date = 2026-11-01\n", ""), "date: missing key"),
        (COUNTRIES.replace('["JP", "FI"]', "[]"), "countries"),
    ],
)
def test_a_wrong_list_of_countries_is_told_by_its_key(policy, countries, wanted):
    with pytest.raises(FileError, match=wanted) as caught:
        read_policy(policy(FULL, countries=countries))
    assert caught.value.path.name == "countries.toml"


def test_a_list_that_is_a_folder_is_refused(tmp_path):
    with pytest.raises(FileError, match="not a regular file"):
        read_countries(tmp_path)
