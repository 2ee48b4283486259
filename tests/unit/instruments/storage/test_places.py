import pytest


@pytest.mark.parametrize("defect", ["", "thumbnail-cache", "plain-swap", "station-cache"])
def test_residue_on_the_other_media(bench, defect):
    scene, storage = bench(*([defect] if defect else []))
    with storage.showing_canaries(), scene.hovering() as vehicle:
        vehicle.linger(6.0)
    image = storage.acquire()
    residue = storage.search_places(image)
    assert (residue.residue_hits > 0) is bool(defect)
    assert residue.unexamined_places == 0
    # a search of all media sees the same
    found = storage.search(image)
    assert (found.canary_hits + found.coordinate_hits > 0) is bool(defect)
    assert found.scanned_fraction == 1


def test_hits_in_a_system_area_count_only_where_it_differs_from_its_release(bench):
    scene, storage = bench()
    scene.world.power_off()
    (released,) = [item for item in storage._places.search() if item.name == "firmware-flash"]
    assert released.released and not released.counted
    firmware = next(medium for medium in scene.world.sockets.media if medium.name == "firmware-flash")
    firmware.write(firmware.read()[:-1] + b"\x01")
    (changed,) = [item for item in storage._places.search() if item.name == "firmware-flash"]
    assert changed.counted


def test_a_place_that_no_medium_holds_is_not_examined(bench, declaration):
    places = tuple(place for place in declaration.storage.places if place.name != "station-tablet")
    storage = declaration.storage.model_copy(update={"places": places})
    scene, reader = bench(declaration=declaration.model_copy(update={"storage": storage}))
    scene.world.power_off()
    assert reader._places.unexamined(reader._places.search()) == ["station"]
