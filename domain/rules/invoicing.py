"""Amounts of an invoice: VAT per rate, stamp duty, due date; and the data needed to issue it (spec, section 5)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from domain.money import vat_amount

STAMP_DUTY = 200
"""Stamp duty (bollo), in cents."""

STAMP_DUTY_ABOVE = 7_747
"""Stamp duty is due if the untaxed lines exceed this, in cents."""


class VatKey(NamedTuple):
    """A VAT rate in hundredths of a percent, with its Natura when 0%."""

    rate: int
    nature: str


class Amounts(NamedTuple):
    """Amounts in cents. `vat` per rate is (net, VAT); `payable` excludes VAT that the buyer pays to the state."""

    net: int
    vat: Mapping[VatKey, tuple[int, int]]
    stamp_duty: int
    total: int
    payable: int

    @property
    def vat_total(self) -> int:
        """Total VAT."""
        return sum(vat for _, vat in self.vat.values())


def nets_by_rate(lines: Iterable[tuple[VatKey, int]]) -> dict[VatKey, int]:
    """Sum of nets per VAT rate."""
    nets: dict[VatKey, int] = {}
    for key, net in lines:
        nets[key] = nets.get(key, 0) + net
    return dict(sorted(nets.items()))


def invoice_amounts(lines: Iterable[tuple[VatKey, int]], *, split_payment: bool) -> Amounts:
    """Amounts of an invoice from its lines' VAT rates and nets: VAT on the sum per rate, stamp duty on untaxed lines."""
    nets = nets_by_rate(lines)
    vat = {key: (net, vat_amount(net, key.rate)) for key, net in nets.items()}
    untaxed = sum(net for key, net in nets.items() if key.rate == 0)
    return _amounts(vat, STAMP_DUTY if untaxed > STAMP_DUTY_ABOVE else 0, split_payment=split_payment)


def credit_amounts(
    lines: Iterable[tuple[VatKey, int]],
    credited_before: Mapping[VatKey, tuple[int, int]],
    invoiced: Mapping[VatKey, tuple[int, int]],
    *,
    stamp_duty: int,
    split_payment: bool,
) -> Amounts:
    """Amounts of a credit note. All notes of an invoice together return exactly the VAT that was charged."""
    vat = {}
    for key, net in nets_by_rate(lines).items():
        net_before, vat_before = credited_before.get(key, (0, 0))
        whole_net, whole_vat = invoiced[key]
        last = net_before + net == whole_net
        vat[key] = (net, (whole_vat if last else vat_amount(net_before + net, key.rate)) - vat_before)
    return _amounts(vat, stamp_duty, split_payment=split_payment)


def due_date(issued_on: date, payment_days: int) -> date:
    """The due date."""
    return issued_on + timedelta(days=payment_days)


def missing_fiscal_data(buyer: Mapping[str, str | int | bool]) -> list[str]:
    """Missing fields of `buyer` for an e-invoice; empty if it can be issued."""
    missing = []
    # A foreign customer may have no Italian number and no address of the exchange system.
    at_home = buyer["country"] == "IT"
    if at_home and not (buyer["vat_number"] or buyer["tax_code"]):
        missing.append("vat_number")
    if at_home and not (buyer["recipient_code"] or buyer["pec"]):
        missing.append("recipient_code")
    if buyer["needs_cig"] and not buyer["cig"]:
        missing.append("cig")
    return missing


def _amounts(vat: Mapping[VatKey, tuple[int, int]], stamp_duty: int, *, split_payment: bool) -> Amounts:
    net, tax = (sum(pair[which] for pair in vat.values()) for which in (0, 1))
    total = net + tax + stamp_duty
    return Amounts(net, vat, stamp_duty, total, total - tax if split_payment else total)
