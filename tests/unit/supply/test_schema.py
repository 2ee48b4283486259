import pytest
from cyclonedx.schema import SchemaVersion

from harness.supply.schema import is_address, open_schema

BILL = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}


@pytest.fixture(scope="module")
def check():
    return open_schema(SchemaVersion.V1_6)


def referring(url):
    reference = {"type": "website", "url": url}
    return BILL | {"components": [{"type": "library", "name": "x", "externalReferences": [reference]}]}


def test_what_follows_the_schema_has_no_departure(check):
    assert check(BILL) is None
    assert check(referring("https://example.org/a%20b?c=d#e")) is None


def test_a_departure_names_its_place(check):
    departure = check(BILL | {"components": [{"type": "library"}]})
    assert departure.path == ("components", 0) and "'name' is a required property" in departure.message


@pytest.mark.parametrize("url", ["two words", "http://<host>", "a#b#c", "100%", "a%2", "back\\slash"])
def test_what_is_no_address_is_against_the_schema(check, url):
    assert not is_address(url)
    assert check(referring(url)).path[:3] == ("components", 0, "externalReferences")


def test_dates_and_mail_are_still_looked_at(check):
    assert check(BILL | {"metadata": {"timestamp": "yesterday"}}).path == ("metadata", "timestamp")
    assert check(BILL | {"metadata": {"authors": [{"email": "nobody"}]}}).path == ("metadata", "authors", 0, "email")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("url", ["http://" + "a:" * 500_000, "a/" * 500_000, "%aa" * 300_000 + "%"])
def test_a_long_address_keeps_nobody_busy(check, url):
    assert is_address(url) is (url[-1] != "%")
    assert (check(referring(url)) is None) is is_address(url)


def test_what_is_no_text_is_not_judged_as_an_address():
    assert is_address(7) and is_address(None)
