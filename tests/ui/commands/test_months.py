"""Months of the help desk by commands: after each, `check` is clean, the buckets add up, and no number is missing."""

from pathlib import Path

from tests.support.months import Books, Helpdesk
from tests.support.shell import Shell

MONTHS = 3
"""All months take minutes: `python -m tests.bench.prove_months`."""


def test_a_firm_runs_its_months_on_it(database_url: str, helpdesk: Path, tmp_path: Path) -> None:
    data = Helpdesk(helpdesk)
    ends = list(Books(Shell(database_url, tmp_path), data, tmp_path).keep(data.months[:MONTHS]))
    assert [end.faults for end in ends] == [[]] * MONTHS
    assert min(end.invoices for end in ends) > 0
    assert sum(end.credit_notes for end in ends) == MONTHS
    assert sum(end.reopened for end in ends) > 0
    assert ends[-1].buckets["invoiced"]["minutes"] > 0
