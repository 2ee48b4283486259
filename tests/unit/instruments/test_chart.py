from dataclasses import FrozenInstanceError

import pytest

from harness.instruments.chart import Chart


def test_a_chart_needs_its_labels_and_cannot_be_changed():
    chart = Chart(title="Error", x_label="s", y_label="m", lines=(("error", (0.0, 1.0), (0.1, 0.2)),))
    assert (chart.quantities, chart.spans, chart.events) == ((), (), ())
    with pytest.raises(FrozenInstanceError):
        chart.title = "Another"
    with pytest.raises(TypeError, match="y_label"):
        Chart(title="Error", x_label="s", lines=())
