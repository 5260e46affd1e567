"""`/contracts/{id}`: what a contract holds, how it went, its ledger, and the tickets under it (spec, section 6)."""

from datetime import UTC, datetime

from nicegui import ui

from domain.rules.calendar import firm_date
from domain.vocabulary import Permission
from storage.queries.contracts.detail import Balance, ContractDetail, contract_detail
from ui.contracts.burn_down import BurnDown, points
from ui.contracts.form import open_contract_form
from ui.contracts.header import ContractHeader
from ui.contracts.ledger import ContractLedger
from ui.contracts.tickets import ContractTickets
from ui.kit.contract_labels import units_parts
from ui.kit.page import PageContext
from ui.kit.refresh import LiveRefresh
from ui.kit.skeleton import skeleton_lines, skeleton_table
from ui.server import live


async def contract(page: PageContext, contract_id: int) -> None:
    """The route."""
    page.heading("…", trail=[("/contracts", page.t("contracts.trail"))])
    with ui.element("div").classes("stack") as waiting:
        skeleton_lines(5)
        skeleton_table(8)
    detail = await page.read(lambda session: contract_detail(session, contract_id))
    waiting.delete()
    await ContractPage(page, detail).build()


class ContractPage:
    """The open page of one contract. What its tickets draw, here or elsewhere, is read again and shown in place."""

    def __init__(self, page: PageContext, detail: ContractDetail) -> None:
        self._page = page
        self._detail = detail

    async def build(self) -> None:
        """Frame first, rows right after."""
        page, detail = self._page, self._detail
        may_edit = page.visitor.may(Permission.MANAGE_MASTER_DATA)
        with ui.element("div").classes("stack cp").mark("contract") as root:
            self._header = ContractHeader(page.translator, self._edit if may_edit else None)
            if detail.balance is not None:
                self._place_balance()
            self._tickets = ContractTickets(page, detail)
            self._ledger = ContractLedger(page, detail.id, detail.balance) if detail.balance else None
        self._refresh = LiveRefresh(root, self._load)
        await self._show()
        self._refresh.follow(*live.BILLING)

    async def _load(self) -> None:
        self._detail = await self._page.read(lambda session: contract_detail(session, self._detail.id))
        await self._show()

    async def _edit(self) -> None:
        if await open_contract_form(self._page, self._detail.id) is not None:
            await self._refresh()

    async def _show(self) -> None:
        page, detail = self._page, self._detail
        page.heading(detail.name, trail=[("/contracts", page.t("contracts.trail"))])
        self._header.update(detail, firm_date(datetime.now(UTC)))
        if self._ledger and detail.balance:
            self._show_balance(detail.balance)
            await self._ledger.update(detail.balance)
        await self._tickets.update(detail)

    def _place_balance(self) -> None:
        with ui.element("section").classes("panel cp-balance"):
            with ui.element("div").classes("cp-figures"):
                self._figures = {name: self._figure(name) for name in ("total", "used", "left")}
            with ui.element("div").classes("cp-chart"):
                ui.label(self._page.t("contracts.burn_down")).classes("muted small")
                self._chart = BurnDown(self._page.translator)

    def _figure(self, name: str) -> tuple[ui.label, ui.label]:
        with ui.element("div").classes(f"cp-figure cp-figure--{name}"):
            ui.label(self._page.t(f"contracts.{name}")).classes("muted small")
            value = ui.label("").classes("cp-figure__value num").mark(f"units-{name}")
            return value, ui.label("").classes("muted small num cp-figure__note")

    def _show_balance(self, balance: Balance) -> None:
        text, detail = self._page.translator, self._detail
        for name, units in (("total", balance.total), ("used", balance.used), ("left", balance.residual)):
            for label, part in zip(self._figures[name], units_parts(text, balance, units), strict=True):
                label.set_text(part)
        short = balance.residual < 0
        self._figures["left"][0].classes(add="danger" if short else None, remove=None if short else "danger")
        today = firm_date(datetime.now(UTC))
        until = min(today, detail.ends_on) if detail.ends_on else today
        self._chart.update(balance, points(balance, detail.months, detail.starts_on, until, text.t("contracts.chart_start")))
