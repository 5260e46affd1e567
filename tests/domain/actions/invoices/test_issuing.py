"""Invoice numbers have no gaps or duplicates, and dates never go back, even if parallel processes fail."""

from tests.builders import World
from tests.support.issuing import approved_proposals, faults, issue_at_once

PROCESSES, EACH = 8, 6


def test_processes_that_issue_at_once_and_fail_leave_no_gap_no_double_and_no_date_that_goes_back(world: World) -> None:
    proposals = approved_proposals(world, PROCESSES * EACH)
    tallies = issue_at_once(world, proposals, PROCESSES)
    assert sum(tally.issued for tally in tallies) == len(proposals)
    assert sum(tally.failed for tally in tallies) > 0
    assert faults(world, len(proposals)) == []
