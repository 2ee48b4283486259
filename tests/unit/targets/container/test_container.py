"""What can be seen of the container target without an engine; the real one is in tests/validation/test_container.py."""

import pytest

from harness.errors import UsageError
from harness.targets.container.container import ContainerTarget


def test_a_defect_cannot_be_seeded_into_an_image(tmp_path):
    with pytest.raises(UsageError, match="--defect seeds the embedded drone only"):
        ContainerTarget(defects=("weak-gains",), folder=tmp_path, image="a", radio="tcp:5760")
