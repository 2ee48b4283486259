import pytest

from harness.drone.article import shipped
from harness.drone.defect import part


def test_a_change_touches_one_part_and_leaves_the_sound_article():
    changed = part("flash", random_nonces=False)(shipped())
    assert not changed.flash.random_nonces and changed.recorder == shipped().recorder
    assert shipped().flash.random_nonces


def test_a_field_that_there_is_not_is_refused():
    with pytest.raises(TypeError):
        part("flash", colour="red")(shipped())
