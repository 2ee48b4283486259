"""Defects of the papers on build, owners, services, flaws and changes."""

from harness.drone.defect import Change, Defect, part
from harness.drone.defects_supply import edited, withheld
from harness.drone.firmware import partners, provenance, register, statements
from harness.drone.firmware.bill import BILL_NAME
from harness.drone.firmware.partners import SERVICES_NAME, SUPPLIERS_NAME
from harness.drone.firmware.provenance import PROVENANCE_NAME
from harness.drone.firmware.register import REGISTER_NAME
from harness.drone.firmware.statements import OPENVEX_NAME, VEX_NAME


def both(first: Change, second: Change) -> Change:
    """One change after another."""
    return lambda config: second(first(config))


_PROVENANCE = (
    Defect(
        name="attestation-of-earlier-build",
        summary="the attestation that comes with the image is that of the version before",
        caught_by=("SUP-07",),
        change=edited(PROVENANCE_NAME, provenance.of_earlier_release),
    ),
    Defect(
        name="builder-vouches-for-itself",
        summary="the maker attests its own build, with a key of its own",
        caught_by=("SUP-07",),
        change=edited(PROVENANCE_NAME, provenance.vouched_by_maker),
    ),
    Defect(
        name="attestation-altered",
        summary="the commit in the attestation was changed after it was signed",
        caught_by=("SUP-07",),
        change=edited(PROVENANCE_NAME, provenance.of_another_commit),
    ),
    Defect(
        name="attestation-unsigned",
        summary="nobody signed the attestation",
        caught_by=("SUP-07",),
        change=edited(PROVENANCE_NAME, provenance.without_signature),
    ),
)
_PARTNERS = (
    Defect(
        name="supplier-under-alias",
        summary="a listed firm supplies the compass under its trade name",
        caught_by=("SUP-12",),
        change=edited(SUPPLIERS_NAME, partners.with_aliased_supplier),
    ),
    Defect(
        name="owner-behind-holding",
        summary="a listed firm owns the maker by way of two holdings",
        caught_by=("SUP-12",),
        also_touches={"SUP-09": "the maker runs its cloud itself, so its owner owns an operator"},
        change=edited(SUPPLIERS_NAME, partners.owned_behind_holding),
    ),
    Defect(
        name="supplier-not-cleared",
        summary="a supplier has nearly the name of a listed firm, and nobody decided whether it is it",
        caught_by=("SUP-12",),
        change=edited(SUPPLIERS_NAME, partners.with_ambiguous_supplier),
    ),
    Defect(
        name="owners-not-told",
        summary="the paper of owners ends at a holding",
        caught_by=("SUP-12",),
        change=edited(SUPPLIERS_NAME, partners.without_owners),
    ),
    Defect(
        name="resold-cloud",
        summary="the telemetry is hosted by a reseller that belongs to a listed provider",
        caught_by=("SUP-09", "SUP-12"),
        change=both(edited(SUPPLIERS_NAME, partners.with_reseller), edited(SERVICES_NAME, partners.hosted_by_reseller)),
    ),
    Defect(
        name="cloud-elsewhere",
        summary="the telemetry is hosted under the law of a listed jurisdiction",
        caught_by=("SUP-09",),
        change=edited(SERVICES_NAME, partners.hosted_elsewhere),
    ),
    Defect(
        name="cloud-of-nobody",
        summary="the papers name nobody who runs the telemetry",
        caught_by=("SUP-09",),
        change=edited(SERVICES_NAME, partners.without_operator),
    ),
)
_FLAWS = (
    Defect(
        name="exploited-modem",
        summary="an older firmware of the radio modem is shipped, with a flaw that is known to be exploited",
        caught_by=("SUP-08",),
        also_touches={"SUP-11": "the bill is not the one that its results rest on"},
        change=edited(BILL_NAME, statements.with_old_modem),
    ),
    Defect(
        name="flaw-waved-away",
        summary="an exploited flaw is called 'not affected' without a justification",
        caught_by=("SUP-08",),
        change=edited(VEX_NAME, statements.without_justification),
    ),
    Defect(
        name="flaw-in-triage",
        summary="a critical flaw is still under investigation",
        caught_by=("SUP-08",),
        change=edited(OPENVEX_NAME, statements.under_investigation),
    ),
    Defect(
        name="flaws-not-answered",
        summary="the maker hands over no statement on known flaws",
        caught_by=("SUP-08",),
        change=withheld(VEX_NAME),
    ),
)
_CHANGES = (
    Defect(
        name="silent-rebuild",
        summary="another build is on the aircraft, under the version of the one that was tested",
        caught_by=("SUP-05", "SUP-11"),
        also_touches={
            "DAR-01": "a system area that is not the released one counts as writable",
            "DAR-09": "the check at boot knows the other build",
            "SUP-02": "the bill was not made anew, so the hash in it is that of the build before",
            "SUP-07": "no builder attested that build",
            "SUP-06": "the boot loader that knows the other build starts what it should not",
        },
        change=part("firmware", rebuilt=True),
    ),
    Defect(
        name="parameter-changed",
        summary="a parameter was changed after the tests, in every unit",
        caught_by=("SUP-11",),
        change=part("flight", stick_speed=9.0),
    ),
    Defect(
        name="bench-tests-not-repeated",
        summary="after a change of version, what needs a bench was never tested again",
        caught_by=("SUP-11",),
        change=edited(REGISTER_NAME, register.without_bench_tests),
    ),
)
PAPER_DEFECTS = (*_PROVENANCE, *_FLAWS, *_PARTNERS, *_CHANGES)
