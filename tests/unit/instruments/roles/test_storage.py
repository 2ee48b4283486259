from harness.instruments.roles import words
from harness.instruments.roles.storage import StorageRole


def test_it_is_the_role_of_that_name():
    assert words.StorageRole is StorageRole
