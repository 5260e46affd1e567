"""Which hourly rate a piece of work is billed at (spec, section 4)."""

from typing import NamedTuple

from domain.vocabulary import RateSource


class UnitPrice(NamedTuple):
    """An hourly rate in cents, and which of the two it is."""

    rate: int
    source: RateSource


def unit_price(ticket_rate: int, service_rate: int) -> UnitPrice | None:
    """The ticket's rate (cents per hour) if it has one, else the service's; None where neither has."""
    if ticket_rate > 0:
        return UnitPrice(ticket_rate, RateSource.TICKET)
    if service_rate > 0:
        return UnitPrice(service_rate, RateSource.SERVICE)
    return None
