import pytest

from harness.catalogue.declaration import Declaration
from harness.catalogue.fields import has_key, model_at, unit_at, values_at
from harness.catalogue.sections import Article, Endpoint, Envelope


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("envelope.hold_r95", "m"),
        ("link.command_latency", "ms"),
        ("storage.media.key_bits", "bit"),
        ("supply.provenance_level", "1"),
        ("link.loss_action", None),
        ("network.endpoints.port", None),
        ("envelope", None),
        ("envelope.absent", None),
        ("absent.absent", None),
        ("link.loss_action.deeper", None),
    ],
)
def test_the_unit_of_a_key(key, unit):
    assert unit_at(Declaration, key) == unit


def test_the_model_at_a_location_looks_through_lists_and_options():
    assert model_at(Declaration, ("envelope",)) is Envelope
    assert model_at(Declaration, ("network", "endpoints", 3)) is Endpoint
    assert model_at(Declaration, ()) is Declaration
    assert model_at(Declaration, ("network", "nothing", "more")) is None


@pytest.mark.parametrize(
    ("key", "known"), [("network.endpoints.host", True), ("envelope.max_wnd", False), ("article", True), ("x.y", False)]
)
def test_known_keys(key, known):
    assert has_key(Declaration, key) is known


def test_values_of_lists_are_all_given_and_absent_ones_left_out():
    address = {"port": 1, "protocol": "tls", "purpose": "p", "operator": "o", "jurisdiction": "JP"}
    declaration = Declaration.model_validate(
        {
            "article": {"id": "A", "maker": "m", "model": "m", "serials": ["1"]},
            "network": {"endpoints": [{"host": "a", **address}, {"host": "b", **address}]},
        }
    )
    assert values_at(declaration, "network.endpoints.host") == ("a", "b")
    assert values_at(declaration, "network.resolvers.host") == ()
    assert values_at(declaration, "envelope.max_wind") == ()
    assert isinstance(declaration.article, Article)
