from harness.drone.firmware.components import COMPONENTS


def test_components_differ_and_carry_their_version():
    contents = {component.content() for component in COMPONENTS}
    assert len(contents) == len(COMPONENTS) == len({component.purl for component in COMPONENTS})
    for component in COMPONENTS:
        assert len(component.content()) == component.size
        assert component.content().startswith(f"{component.name} {component.version}\0".encode())
