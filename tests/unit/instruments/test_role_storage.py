from harness.instruments import roles
from harness.instruments.role_storage import StorageRole


def test_it_is_the_role_of_that_name():
    assert roles.StorageRole is StorageRole
