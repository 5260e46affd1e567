"""The hourly rate of a time entry (spec, section 4)."""

from collections.abc import Iterable
from typing import NamedTuple

from domain.money import line_amount
from domain.vocabulary import RateSource


class UnitPrice(NamedTuple):
    """An hourly rate in cents, with its source."""

    rate: int
    source: RateSource


def unit_price(ticket_rate: int, service_rate: int) -> UnitPrice | None:
    """The ticket's rate (cents per hour) if set, else the service's; None if neither has one."""
    if ticket_rate > 0:
        return UnitPrice(ticket_rate, RateSource.TICKET)
    if service_rate > 0:
        return UnitPrice(service_rate, RateSource.SERVICE)
    return None


def split_nets(minutes: Iterable[int], rate: int) -> list[int]:
    """Net in cents of each time entry on a line of its own, at `rate` cents per hour.

    Each is rounded by itself, so their sum differs from the merged line's net by at most half a cent per line and half a cent
    (trust, invariant 7): 3 x 10 minutes at 65.00 are 3 x 10.83 = 32.49, and 30 minutes are 32.50.
    """
    return [line_amount(each, rate) for each in minutes]
