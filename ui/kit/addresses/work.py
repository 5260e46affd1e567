"""What work is narrowed to, as an address holds it and as a person reads it (spec, promise 2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.errors import InvalidInput
from domain.reads.work_buckets import WorkFilter, first_of_month
from domain.vocabulary import Bucket
from storage.queries.records.choices import Choice
from ui.i18n import Translator
from ui.kit.list_query import ListQuery, date_of, number_of

NONE: Final = "-"
"""In an address: work that has no such thing. A name that begins with it has one more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFields(ListQuery):
    """The part of a view that narrows work; empty is any. `month` as 2026-02; `customer`, `service`, `contract` by id.

    `closing` may only be `-`: of tickets that don't say when they were closed.
    """

    month: str = ""
    worked_from: str = ""
    worked_to: str = ""
    customer: str = ""
    operator: str = ""
    service: str = ""
    contract: str = ""
    reason: str = ""
    closing: str = ""

    def narrowed_work(self, bucket: Bucket | None = None) -> WorkFilter:
        """The filter that they mean; what is no month, date or id is left out."""
        return WorkFilter(
            bucket=bucket,
            month=_month(self.month),
            worked_from=date_of(self.worked_from),
            worked_to=date_of(self.worked_to),
            company_id=_id(self.customer),
            operator=named(self.operator),
            service_id=_id(self.service),
            contract_id=_id(self.contract),
            reason=named(self.reason),
            undated=self.closing == NONE,
        )


def fields_of(f: WorkFilter) -> dict[str, str]:
    """The fields of a filter, less its bucket: `narrowed_work` reads them back."""
    return {
        "month": _text(f.month),
        "worked_from": f.worked_from.isoformat() if f.worked_from else "",
        "worked_to": f.worked_to.isoformat() if f.worked_to else "",
        "customer": _text(f.company_id),
        "operator": name_text(f.operator),
        "service": _text(f.service_id),
        "contract": _text(f.contract_id),
        "reason": name_text(f.reason),
        "closing": NONE if f.undated else "",
    }


def named(text: str) -> str | None:
    """The name that an address means; None is any, and an empty one is none."""
    return text.removeprefix(NONE) if text else None


def name_text(name: str | None) -> str:
    """A name as an address holds it."""
    return "" if name is None else f"{NONE}{name}" if name[:1] in ("", NONE) else name


def _text(value: str | int | None) -> str:
    return "" if value is None else str(value or NONE)


def _id(text: str) -> int | None:
    return 0 if text == NONE else number_of(text) or None


def _month(text: str) -> str | None:
    month = "" if text == NONE else text or None
    try:
        return WorkFilter(month=month).month
    except InvalidInput:
        return None


def month_label(t: Translator, month: str) -> str:
    """`febbraio 2026` of `2026-02`."""
    return t.month(first_of_month(month)) if month else t.t("reconciliation.none.month")


def work_labels(t: Translator, f: WorkFilter, names: Mapping[str, Choice]) -> str:
    """`Sospeso · febbraio 2026 · Bianchi S.r.l.`; `names` are those of the filter's ids, by field."""
    group = "bucket.lost" if f.lost else "reconciliation.all_work"
    parts = [t.t(f"bucket.{f.bucket}" if f.bucket else group)]
    if f.month is not None:
        parts.append(month_label(t, f.month))
    if f.worked_from:
        parts.append(t.t("reconciliation.worked_from_day", day=t.date(f.worked_from)))
    if f.worked_to:
        parts.append(t.t("reconciliation.worked_to_day", day=t.date(f.worked_to)))
    if f.company_id is not None:
        parts.append(_name(t, "customer", f.company_id, names.get("company_id")))
    if f.operator is not None:
        parts.append(f.operator or t.t("reconciliation.none.operator"))
    if f.service_id is not None:
        parts.append(_name(t, "service", f.service_id, names.get("service_id")))
    if f.contract_id is not None:
        parts.append(_name(t, "contract", f.contract_id, names.get("contract_id")))
    if f.reason is not None:
        parts.append(f.reason or t.t("home.none.reason"))
    if f.undated:
        parts.append(t.t("home.none.closing"))
    return " · ".join(parts)


def _name(t: Translator, what: str, id_: int, choice: Choice | None) -> str:
    if not id_:
        return t.t("home.none.contract" if what == "contract" else f"reconciliation.none.{what}")
    return choice.label if choice else "—"
