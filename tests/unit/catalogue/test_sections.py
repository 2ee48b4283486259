import re

import pytest
from pydantic import BaseModel, ValidationError

from harness.catalogue.declaration import Declaration
from harness.catalogue.fields import model_at, unit_at
from harness.catalogue.sections import Endpoint, FirmwareImage, Inbound

ENDPOINT = {"host": "a.example", "port": 443, "protocol": "tls", "purpose": "p", "operator": "o", "jurisdiction": "JP"}


def numbers(model=Declaration, prefix=""):
    for name, field in model.model_fields.items():
        key = f"{prefix}{name}"
        inner = model_at(model, (name,))
        if inner is not None:
            yield from numbers(inner, key + ".")
        elif unit_at(Declaration, key):
            yield key, unit_at(Declaration, key), field.description


def test_every_number_says_its_unit_in_its_description():
    found = list(numbers())
    assert len(found) > 60
    wrong = [key for key, unit, text in found if not re.search(rf", {re.escape(unit)}$", text or "")]
    assert not wrong


@pytest.mark.parametrize("host", ["any", "*", "10.77.0.1", "fe80::1", "time.example"])
def test_hosts_that_can_be_said(host):
    assert Endpoint.model_validate({**ENDPOINT, "host": host}).host == host


@pytest.mark.parametrize("host", ["", "*.example", "a b", "10.0.0.0/8", "http://a", "a\n", "x" * 254])
def test_hosts_that_cannot(host):
    with pytest.raises(ValidationError):
        Endpoint.model_validate({**ENDPOINT, "host": host})


@pytest.mark.parametrize("port", [0, 65536, "any", "443", 1.5, True])
def test_ports_that_cannot(port):
    for model, data in ((Endpoint, ENDPOINT), (Inbound, {"port": 1, "protocol": "udp", "purpose": "p"})):
        with pytest.raises(ValidationError):
            model.model_validate({**data, "port": port})


def test_a_released_image_has_a_hash():
    data = {"name": "n", "version": "1", "sha256": "0" * 64, "signature": "s", "certificate": "c"}
    assert FirmwareImage.model_validate(data)
    with pytest.raises(ValidationError):
        FirmwareImage.model_validate({**data, "sha256": "0"})


def test_sections_are_models_that_may_be_left_out():
    for name in ("envelope", "link", "storage", "network", "supply"):
        section = model_at(Declaration, (name,))
        assert section is not None
        assert issubclass(section, BaseModel)
        assert section()
