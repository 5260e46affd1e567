"""Why a document can't be issued, each reason with the way to its fix."""

from collections.abc import Iterable
from typing import Final

from nicegui import ui

from domain.errors import Refused
from domain.vocabulary import Permission
from ui.kit.page import PageContext

_FIXES: Final = {
    "issuer_incomplete": ("firm", "/settings"),
    "issuer_number_wrong": ("firm", "/settings"),
    "fiscal_data_missing": ("company", "/companies/{company_id}"),
    "customer_vat_number_wrong": ("company", "/companies/{company_id}"),
    "customer_tax_code_wrong": ("company", "/companies/{company_id}"),
    "vat_nature_missing": ("service", "/services"),
}
"""What must be corrected, and where, by the code of the reason."""


def show_reasons(page: PageContext, reasons: Iterable[Refused], date_field: ui.input, *, proposal_id: int = 0) -> None:
    """Place one row for each reason: its sentence, and the link to its fix or whom to ask.

    A reason about the date leads to `date_field`, any reason without a page of its own to the proposal, if there is one.
    """
    for reason in reasons:
        with ui.element("div").classes("issue__reason").mark(f"reason-{reason.code}"):
            ui.label(page.translator.refusal(reason)).classes("wrap")
            _fix(page, reason, date_field, proposal_id)


def _fix(page: PageContext, reason: Refused, date_field: ui.input, proposal_id: int) -> None:
    if reason.code.startswith("date_"):
        ui.button(page.t("issue.fix.date"), on_click=lambda: date_field.run_method("focus")).props("flat dense").mark("fix")
        return
    subject, path = _FIXES.get(reason.code, ("proposal", f"/proposals/{proposal_id}" if proposal_id else ""))
    if subject == "firm" and not page.visitor.may(Permission.MANAGE_SETTINGS):
        ui.label(page.t("issue.fix.ask")).classes("strong").mark("fix-ask")
    elif path:
        ui.link(page.t(f"issue.fix.{subject}"), path.format(**reason.params), new_tab=True).mark("fix")
