"""How documents are numbered (spec, section 5)."""

PROPOSAL_SERIES = "PF"


def proposal_number(year: int, ordinal: int) -> str:
    """`PF-AAAA-NNNNNN`."""
    return f"{PROPOSAL_SERIES}-{year:04d}-{ordinal:06d}"
