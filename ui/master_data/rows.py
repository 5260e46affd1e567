"""What the lists of master data show in their columns."""

from collections.abc import Mapping
from typing import Any, Final

from domain.reads.work_buckets import WorkFilter
from domain.rules.records.tables import RecordKind
from domain.vocabulary import Bucket, ContractKind
from storage.queries.records.records import BillableTickets, MasterRow
from ui.i18n import Translator
from ui.kit.addresses.tickets import View
from ui.master_data.labels import path_of, shown

COLUMNS: Final[Mapping[RecordKind, tuple[str, ...]]] = {
    RecordKind.COMPANIES: ("name", "code", "vat_number", "recipient_code", "city", "tickets", "value"),
    RecordKind.CONTACTS: ("name", "code", "email", "company"),
    RecordKind.SERVICES: ("name", "code", "hourly_rate", "vat_rate", "vat_nature"),
    RecordKind.CONTRACTS: ("name", "code", "company", "kind", "terms", "ends_on", "overage"),
    RecordKind.PLANNINGS: ("name", "code", "company"),
}
"""The columns of each list; those that its query knows by the same name can be sorted by."""

WIDTHS: Final[Mapping[str, str]] = {
    "code": "112px", "vat_number": "150px", "recipient_code": "180px", "city": "180px", "tickets": "132px", "value": "132px",
    "hourly_rate": "122px", "vat_rate": "122px", "vat_nature": "122px", "terms": "122px", "kind": "172px", "ends_on": "194px",
    "overage": "152px",
}  # fmt: skip
RIGHT: Final = frozenset({"tickets", "value", "hourly_rate", "vat_rate", "terms"})


def cells_of(text: Translator, table: RecordKind, row: MasterRow, waiting: BillableTickets | None) -> dict[str, Any]:
    """A row as the table shows it: texts by column, `paths` where a cell leads, `lacks` the cell that says what is missing."""
    cells = {name: shown(text, name, row.values.get(name)) for name in COLUMNS[table]}
    paths = {"name": path_of(table, row.id)}
    if company_id := row.values.get("company_id"):
        paths["company"] = path_of(RecordKind.COMPANIES, company_id)
    found: dict[str, Any] = {"lacks": "", "tips": {}, "paths": paths, **cells}
    found["retired"] = text.t("master_data.retired") if row.retired else ""
    if table is RecordKind.COMPANIES:
        found |= _company(text, row, waiting)
        if waiting:
            paths["tickets"] = paths["value"] = to_bill_path(row.id)
    elif table is RecordKind.CONTACTS and not cells["company"]:
        found |= {"company": text.t("master_data.contacts.without_company"), "lacks": "company"}
    elif table is RecordKind.CONTRACTS:
        found |= _contract(text, row)
    elif table is RecordKind.SERVICES and not row.values["hourly_rate"]:
        found |= {"hourly_rate": text.t("master_data.services.without_rate"), "lacks": "hourly_rate"}
    return found


def to_bill_path(company_id: int) -> str:
    """The address of a company's tickets with work to bill."""
    return View.of_work(WorkFilter(Bucket.TO_BILL, company_id=company_id)).address


def _company(text: Translator, row: MasterRow, waiting: BillableTickets | None) -> dict[str, Any]:
    values = row.values
    city = " ".join(filter(None, (values["city"], f"({values['province']})" if values["province"] else "")))
    where = values["recipient_code"] or values["pec"]
    missing = not values["vat_number"] and not values["tax_code"]
    return {
        "vat_number": text.t("master_data.companies.without_vat") if missing else values["vat_number"] or values["tax_code"],
        "lacks": "vat_number" if missing else "",
        "recipient_code": where,
        "tips": {"recipient_code": where, "name": values["name"]},
        "city": city,
        "tickets": text.number(waiting.tickets) if waiting else "",
        "value": text.money(waiting.value) if waiting else "",
    }


def _contract(text: Translator, row: MasterRow) -> dict[str, Any]:
    values = row.values
    past = values["kind"] is ContractKind.UNITS
    return {
        "terms": _units(text, values) if past else _rate(text, values["hourly_rate"]),
        "tips": {"name": values["name"], "company": values["company"]},
        "ends_on": period(text, values["starts_on"], values["ends_on"]),
        "overage": shown(text, "overage", values["overage"]) if past else "",
    }


def _units(text: Translator, values: Mapping[str, Any]) -> str:
    return f"{shown(text, 'units_total', values['units_total'])} {shown(text, 'unit', values['unit']).lower()}".strip()


def _rate(text: Translator, rate: int) -> str:
    return text.t("master_data.per_hour", rate=text.money(rate)) if rate else ""


def period(text: Translator, starts_on: Any, ends_on: Any) -> str:
    """`01/01/2026 – 31/12/2026`; an end that is open stays so."""
    if not starts_on and not ends_on:
        return ""
    first, last = (text.date(day) if day else "…" for day in (starts_on, ends_on))
    return f"{first} – {last}"
