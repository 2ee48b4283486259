"""What the maker's papers show of build, flaws, owners and changes."""

from harness.plugin.marks import requirement


@requirement("SUP-07")
def test_build_provenance_verifies(documents, firmware, measure):
    """Signed attestations lead from the dumped image to an admitted builder and source."""
    build = documents.verify_provenance(firmware.dump())
    measure("build_level", build.build_level)
    measure("subject_mismatches", build.subject_mismatches)
    measure("unlisted_builders", build.unlisted_builders)


@requirement("SUP-08")
def test_no_exploited_flaw_is_left_open(documents, measure):
    """Every known flaw of a component that is exploited or critical has a justified disposition."""
    flaws = documents.match_known_flaws()
    measure("undisposed_exploited", flaws.undisposed_exploited)
    measure("undisposed_critical", flaws.undisposed_critical)


@requirement("SUP-09")
def test_operators_are_permitted(documents, measure):
    """Ground software, cloud and storage have operators that are told, and nobody behind them is restricted."""
    operators = documents.screen_operators()
    measure("disallowed_operators", operators.disallowed_operators)
    measure("unattributed_services", operators.unattributed_services)


@requirement("SUP-12")
def test_nobody_restricted_is_in_the_chain(documents, measure):
    """No restricted entity owns the maker or supplies it, and every hit that is not clear was decided."""
    chain = documents.screen_chain()
    measure("restricted_matches", chain.restricted_matches)
    measure("open_hits", chain.open_hits)


@requirement("SUP-11")
def test_a_change_reopens_its_tests(documents, firmware, vehicle, measure, change, planned):
    """Earlier results whose image, parameters or bill have another hash now were made anew, or are in this run."""
    article = documents.describe_article(firmware.dump(), vehicle.read_parameters())
    results = documents.find_stale_results(article, rests=change.rests, planned=planned)
    measure("rerun_fraction", results.rerun_fraction)
    measure("stale_results", results.stale_results)
