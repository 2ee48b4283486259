import pytest

from harness.errors import RigError
from harness.instruments.network.network import GatewayTap
from harness.judgement import Count


def test_a_good_client_is_shown_to_be_one(scene):
    tap = GatewayTap(scene.context())
    scene.world.power_on()
    peers = tap.try_peers()
    assert (peers.accepted_bad_certificates, peers.weak_sessions) == (
        Count(events=0, trials=14),
        Count(events=0, trials=12),
    )
    assert scene.log.controls[:2] == [("tls.endpoints", True), ("twin.session", True)]
    assert scene.log.controls[-2:] == [("twin.session", True), ("capture.complete", True)]
    assert scene.log.exhibits[0][0] == "network capture"


def test_a_client_that_takes_another_name_is_caught_and_told_of(damaged):
    scene = damaged("any-name")
    tap = GatewayTap(scene.context())
    scene.world.power_on()
    assert tap.try_peers().accepted_bad_certificates == Count(events=2, trials=14)
    assert "update.dronecert.example got a session with: wrong name" in scene.log.notes


def test_without_a_declared_check_of_revocation_it_is_told_and_not_tried(scene, declaration):
    network = declaration.network.model_copy(update={"revocation": None})
    tap = GatewayTap(scene.context(declaration=declaration.model_copy(update={"network": network})))
    scene.world.power_on()
    assert tap.try_peers().accepted_bad_certificates.trials == 12
    assert any("a revoked certificate was not presented" in note for note in scene.log.notes)


@pytest.mark.parametrize(("fault", "control"), [("mute", "twin.session"), ("honest", "offer.bad")])
def test_servers_that_are_not_what_they_should_be_are_found_out(scene, fault, control):
    tap = GatewayTap(scene.context(fault))
    scene.world.power_on()
    with pytest.raises(RigError, match=rf"{control.replace('.', '[.]')} failed"):
        tap.try_peers()


def test_an_article_without_tls_endpoints_cannot_be_tried(scene, declaration):
    network = declaration.network.model_copy(update={"endpoints": ()})
    tap = GatewayTap(scene.context(declaration=declaration.model_copy(update={"network": network})))
    with pytest.raises(RigError, match=r"tls\.endpoints failed"):
        tap.try_peers()
