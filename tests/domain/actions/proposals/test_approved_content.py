"""The digest of what was approved: what an invoice must hold (trust, invariant 5)."""

from collections import namedtuple
from typing import Any

import pytest

from domain.actions.proposals.approval import APPROVED, content_digest

LINE = {
    "id": 1, "proposal_id": 2, "ticket_id": 3, "service_id": 4, "description": "perché", "minutes": 60, "rate": 6000,
    "vat_rate": 2200, "vat_nature": "", "net": 6000, "service_name": "Assistenza", "ticket_number": "T-1",
}  # fmt: skip


def as_row(values: dict[str, object]) -> Any:
    """A row with these columns, in their order."""
    return namedtuple("Line", values)(**values)


def test_the_digest_of_what_was_approved_does_not_depend_on_the_order_of_columns() -> None:
    digest = content_digest([as_row(LINE)])
    assert content_digest([as_row(dict(reversed(LINE.items())))]) == digest
    assert content_digest([as_row({**LINE, "more": 1})]) == digest
    # Stored with what was approved: another form of it would refuse all that waits to be invoiced.
    assert digest == "373429916048a290c31c2b5f9613ef050486414a75c5a03563f0b6d375acb1f3"


@pytest.mark.parametrize("name", APPROVED)
def test_the_digest_holds_every_value_that_an_invoice_takes(name: str) -> None:
    assert set(APPROVED) == set(LINE)
    assert content_digest([as_row({**LINE, name: "altro"})]) != content_digest([as_row(LINE)])
