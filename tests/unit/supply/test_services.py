import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.firmware.partners import make_services, write_paper
from harness.errors import MaterialError
from harness.supply.services import Use, attribute, read_services

SHIPPED = write_paper(make_services())
USED = (Use(host="update.dronecert.example", operator="DRONECERT Demo"), Use(kind="ground software"))


def paper(*services, **head):
    start = {"format": "dronecert-services/1", "date": "2026-06-01", "services": list(services)}
    return json.dumps(start | head).encode()


def test_each_service_of_the_drone_has_an_operator():
    found = attribute(USED, read_services(SHIPPED))
    assert (found.examined, found.unattributed) == (5, ())
    assert {(party.name, party.country) for party in found.operators} == {
        ("Dronecert Demo KK", "JP"),
        ("Example Hosting KK", "JP"),
    }


CLOUD = {"name": "c", "kind": "cloud", "hosts": ["C.example."], "operator": "Op KK"}


@pytest.mark.parametrize(
    ("use", "services", "wanted"),
    [
        (Use(host="c.example"), (CLOUD,), ""),
        (Use(host="c.example", operator="op"), (CLOUD,), ""),
        (Use(host="d.example"), (CLOUD,), "d.example: no service of the paper is it"),
        (Use(host="c.example", operator="Other"), (CLOUD,), "declared of 'Other', in the paper of 'Op KK'"),
        (Use(kind="storage"), (CLOUD,), "storage: no service of the paper is it"),
        (Use(host="c.example"), (CLOUD | {"operator": "unknown"},), "c.example: the paper names no operator"),
        (Use(host="c.example"), (CLOUD | {"operator": ""}, CLOUD), ""),
    ],
)
def test_what_is_in_use_is_found_in_the_paper(use, services, wanted):
    found = attribute([use], read_services(paper(*services)))
    lacks = [text for text in found.unattributed if not text.startswith("c: ")]
    assert (wanted in lacks[0]) if wanted else not lacks


def test_a_service_without_operator_is_told_though_nobody_uses_it():
    found = attribute([], read_services(paper(CLOUD | {"operator": " TBD "})))
    assert (found.examined, found.unattributed, found.operators) == (1, ("c: the paper names no operator",), ())


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"[]", "the paper of services: .*wanted an object"),
        (paper(CLOUD | {"kind": "magic"}), r"services\[0\]\.kind"),
        (paper(CLOUD | {"country": "Japan"}), r"services\[0\]\.country"),
        (paper(CLOUD | {"hosted_by": [{"country": "JP"}]}), r"hosted_by\[0\]\.name: missing key"),
        (paper(*[CLOUD] * 1001), "services: .*1000"),
    ],
)
def test_a_wrong_paper_is_refused(data, wanted):
    with pytest.raises(MaterialError, match=wanted):
        read_services(data)


@given(st.integers(0, len(SHIPPED) - 1), st.binary(max_size=3))
def test_any_paper_is_read_or_refused(place, piece):
    try:
        services = read_services(SHIPPED[:place] + piece + SHIPPED[place + 1 :])
    except MaterialError as error:
        assert str(error).isprintable()
    else:
        assert attribute(USED, services).examined == len(services) + 2
