"""Units of contracts in words, and what a contract covers of a ticket and leaves to bill (spec, section 6 and promise 3)."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from domain.rules.contracts import Work, cover
from domain.vocabulary import BillingStatus, ContractUnit, Overage, TicketStatus
from storage.queries.contracts.detail import Balance
from storage.queries.tickets.detail import TicketDetail
from ui.i18n import Translator


def units_parts(text: Translator, balance: Balance, units: int) -> tuple[str, str]:
    """Units of a contract's ledger: hours as h:mm, incidents counted, days; and the hours that are behind days, else nothing."""
    if balance.unit is ContractUnit.INCIDENTS:
        return text.n("contract_labels.incidents", units), ""
    if balance.unit is ContractUnit.HOURS:
        return text.hours(units), ""
    hundredths = (abs(units) * 200 + balance.day_minutes) // (2 * balance.day_minutes)
    return text.t("contract_labels.days", days=text.amount(-hundredths if units < 0 else hundredths)), text.hours(units)


def units_text(text: Translator, balance: Balance, units: int) -> str:
    """The same in one: `3,50 giorni (28:00 h)`."""
    said, behind = units_parts(text, balance, units)
    return f"{said} ({behind})" if behind else said


def residual_text(text: Translator, balance: Balance) -> str:
    """`residuo 2:15 h`; where it is overdrawn, by how much."""
    if balance.residual < 0:
        return text.t("contract_labels.overdrawn", units=units_text(text, balance, -balance.residual))
    return text.t("contract_labels.residual", units=units_text(text, balance, balance.residual))


def contract_option(
    text: Translator, name: str, balance: Balance | None, starts_on: date | None, ends_on: date | None, days: Collection[date]
) -> str:
    """A contract to choose for work of these `days`: its name, what is left in it, and the date that keeps some of them out."""
    parts = [text.t("ticket.contract"), name, residual_text(text, balance) if balance else ""]
    if ends_on and ends_on < max(days):
        parts.append(text.t("contract_labels.ended_on", day=text.date(ends_on)))
    elif starts_on and starts_on > min(days):
        parts.append(text.t("contract_labels.starts_on", day=text.date(starts_on)))
    return " · ".join(filter(None, parts))


def day_outside(detail: TicketDetail) -> date | None:
    """The first day of open work that is outside the time of its units contract, which therefore refuses the closing."""
    first, last = detail.contract_starts_on or date.min, detail.contract_ends_on or date.max
    days = [one.worked_on for one in _new_work(detail) if not first <= one.worked_on <= last]
    return min(days) if days and detail.balance and not detail.drawn else None


def drawn_sentence(text: Translator, contract: str, after: Mapping[str, Any]) -> str:
    """What the history tells of a draw: how much, from where, and what went beyond; or how much was given back."""
    units = int(after.get("units", 0))
    amount = abs(units)
    incidents = after.get("unit") == ContractUnit.INCIDENTS
    said = text.n("contract_labels.incidents", amount) if incidents else text.hours(amount)
    if units < 0:
        return text.t("contract_labels.gave_back", units=said, contract=contract)
    excess = int(after.get("excess", 0))
    key = "contract_labels.drew_and_beyond" if excess else "contract_labels.drew"
    return text.t(key, units=said, contract=contract, excess=text.hours(excess))


def coverage_sentence(text: Translator, detail: TicketDetail) -> str:
    """What its units contract covers of a ticket and leaves to bill, now or when it is closed; empty where none has a say."""
    if detail.balance is None:
        return ""
    if detail.drawn:
        return _drawn(text, detail)
    waits = detail.status is not TicketStatus.CLOSED and detail.billing_status is BillingStatus.SERVICE_CONTRACT
    return _when_closed(text, detail, detail.balance) if waits else ""


def _drawn(text: Translator, detail: TicketDetail) -> str:
    covered = sum(entry.covered_minutes for entry in detail.entries)
    beyond = sum(entry.open_minutes or 0 for entry in detail.entries if entry.worked_on)
    said = {"contract": detail.contract, "covered": text.hours(covered), "beyond": text.hours(beyond)}
    if not beyond:
        by_incident = detail.balance is not None and detail.balance.unit is ContractUnit.INCIDENTS
        return text.t(f"contract_labels.{'covers_by_incident' if by_incident else 'covers_all'}", **said) if covered else ""
    name = "split" if covered else "beyond"
    if detail.billing_status is BillingStatus.TO_BILL:
        return text.t(f"contract_labels.{name}", price=_price(text, detail), **said)
    return text.t(f"contract_labels.{name}_decided", **said)


def _price(text: Translator, detail: TicketDetail) -> str:
    if not detail.hourly_rate:
        return text.t("contract_labels.price_of_service")
    source = "contract" if detail.rate_from_contract else "ticket"
    return text.t(f"contract_labels.price_of_{source}", rate=text.money(detail.hourly_rate))


def _when_closed(text: Translator, detail: TicketDetail, balance: Balance) -> str:
    """By the same rules that closing it will follow."""
    if outside := day_outside(detail):
        return _period(text, detail, outside)
    work = _new_work(detail)
    overage = detail.contract_overage or Overage.GO_NEGATIVE
    covered = sum(one.minutes for one in cover(work, balance.residual, balance.unit, overage))
    beyond = sum(one.minutes for one in work) - covered
    said = {"contract": detail.contract, "covered": text.hours(covered), "beyond": text.hours(beyond)}
    name = "closing" if covered else "closing_nothing"
    if beyond:
        name = "closing_refuses" if overage is Overage.REFUSE else "closing_splits" if covered else "closing_beyond"
    return text.t(f"contract_labels.{name}", residual=residual_text(text, balance), **said)


def _period(text: Translator, detail: TicketDetail, day: date) -> str:
    ended = detail.contract_ends_on and detail.contract_ends_on < day
    limit = detail.contract_ends_on if ended else detail.contract_starts_on
    key = f"contract_labels.closing_{'after' if ended else 'before'}"
    return text.t(key, contract=detail.contract, day=text.date(day), limit=text.date(limit) if limit else "—")


def _new_work(detail: TicketDetail) -> list[Work]:
    free = [entry for entry in detail.entries if entry.line_state is None and entry.manual_decision is None]
    return [Work(e.id, e.worked_on, e.billable_minutes) for e in free if e.worked_on and e.billable_minutes]
