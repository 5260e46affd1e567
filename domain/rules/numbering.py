"""Formats of document numbers (spec, section 5)."""

PROPOSAL_SERIES = "PF"
TICKET_SERIES = "AC"
ENTRY_SERIES = "L"


def proposal_number(year: int, ordinal: int) -> str:
    """`PF-AAAA-NNNNNN`."""
    return f"{PROPOSAL_SERIES}-{year:04d}-{ordinal:06d}"


def document_number(series: str, year: int, ordinal: int) -> str:
    """`FT-AAAA-NNNNNN` of an invoice, `NC-AAAA-NNNNNN` of a credit note; the firm may name its series otherwise."""
    return f"{series}-{year:04d}-{ordinal:06d}"


def ticket_number(year: int, ordinal: int) -> str:
    """`AC-AAAA-NNNNNN`, for tickets created here; imported ones keep their numbers."""
    return f"{TICKET_SERIES}-{year:04d}-{ordinal:06d}"


def entry_code(year: int, ordinal: int) -> str:
    """`L-AAAA-NNNNNN`, for time entries created here; imported ones keep their codes."""
    return f"{ENTRY_SERIES}-{year:04d}-{ordinal:06d}"
