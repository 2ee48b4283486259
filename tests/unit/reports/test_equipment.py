import csv
import dataclasses

from harness.reports.equipment import HEADER, equipment, equipment_csv


def test_roles_with_calibration_and_due_date(result):
    truth, wind = equipment(result)
    assert (truth.role, truth.make, truth.identity) == ("truth", "tracker", "T-4")
    assert (truth.certificate, truth.due, truth.uncertainty) == ("C-77", "2027-03-01", "0.01 m")
    assert (wind.identity, wind.simulated, wind.due) == ("model: dryden", True, "simulated")


def test_real_equipment_without_calibration_says_so(result):
    bare = dataclasses.replace(
        result, rig={"roles": {"wind": {"make": "fan", "simulated": False, "calibration": None}}}
    )
    assert equipment(bare)[0].due == "not calibrated"


def test_no_bring_up_gives_an_empty_list(result):
    assert equipment(dataclasses.replace(result, rig={})) == []


def test_csv_guards_formulas(result):
    odd = dataclasses.replace(result, rig={"roles": {"=1+1": {"make": "@x"}}})
    table = list(csv.reader(equipment_csv(odd).splitlines()))
    assert tuple(table[0]) == HEADER and table[1][:2] == ["'=1+1", "'@x"]
