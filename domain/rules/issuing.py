"""Why a document can't be issued: its date, its issuer, its customer; every reason at once (spec, section 5)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from stdnum.it import codicefiscale, iva

from domain.errors import InvalidInput, Refused
from domain.rules.firm import FirmData, missing_to_invoice
from domain.rules.invoicing import missing_fiscal_data
from domain.rules.records.fields import shown

OLDEST_DAYS: Final = 12
"""Days after its date within which a document must be sent to the exchange."""


class LastDocument(NamedTuple):
    """The latest document of a series: no later one has an earlier date."""

    series: str
    dated: date


def date_objections(day: date, today: date, last: LastDocument | None) -> list[Refused]:
    """Why no document of a series can have this date; `last` is None before the first document.

    >>> [refused.code for refused in date_objections(date(1, 1, 1), date(2026, 3, 1), LastDocument("FT", date(2026, 2, 1)))]
    ['date_too_old', 'date_goes_back']
    """
    found: list[Refused] = []
    oldest = today - timedelta(days=OLDEST_DAYS)
    if day > today:
        found.append(InvalidInput("date_in_future", field="issued_on", day=day))
    elif day < oldest:
        found.append(InvalidInput("date_too_old", field="issued_on", day=day, days=OLDEST_DAYS, oldest=oldest))
    if last is not None and day < last.dated:
        found.append(Refused("date_goes_back", series=last.series, last_on=last.dated, day=day))
    return found


def work_date_objections(day: date, last_work: date | None, *, number: str) -> list[Refused]:
    """Why a proposal, whose billed work was last done on `last_work`, can't be invoiced with this date."""
    if last_work is None or day >= last_work:
        return []
    return [InvalidInput("date_before_work", field="issued_on", day=day, last_work=last_work, number=number)]


def issuer_objections(firm: FirmData) -> list[Refused]:
    """What the firm must complete or correct in its own data before it can issue anything."""
    found = [Refused("issuer_incomplete", firm_fields=missing)] if (missing := missing_to_invoice(firm)) else []
    if firm.country == "IT":
        checks = (("vat_number", iva), ("tax_code", codicefiscale))
        found += [
            Refused("issuer_number_wrong", firm_field=name, value=shown(getattr(firm, name)))
            for name, rules in checks
            if getattr(firm, name) and not rules.is_valid(getattr(firm, name))
        ]
    return found


def customer_objections(buyer: Mapping[str, Any], *, company_id: int, number: str) -> list[Refused]:
    """Why the customer of proposal `number` can't be invoiced. Italy's check digits are asked of Italian customers alone."""
    about = {"company": buyer["name"], "company_id": company_id, "number": number}
    found = [Refused("fiscal_data_missing", missing=missing, **about)] if (missing := missing_fiscal_data(buyer)) else []
    if buyer["country"] == "IT":
        if buyer["vat_number"] and not iva.is_valid(buyer["vat_number"]):
            found.append(Refused("customer_vat_number_wrong", value=shown(buyer["vat_number"]), **about))
        if buyer["tax_code"] and not codicefiscale.is_valid(buyer["tax_code"]):
            found.append(Refused("customer_tax_code_wrong", value=shown(buyer["tax_code"]), **about))
    return found
