"""`/help`: how billing is decided, written from the rules that decide it (spec, sections 1 to 7)."""

from collections.abc import Callable
from datetime import UTC, datetime

from nicegui import ui

from domain.money import format_hours, line_amount
from domain.rules.calendar import firm_date
from domain.rules.firm import FirmData
from domain.rules.numbering import proposal_number
from domain.rules.pricing import split_nets
from domain.vocabulary import BillingStatus
from storage.queries.settings.firm import firm_data
from ui.help.tables import HelpTables
from ui.kit.page import PageContext

# An example whose rounding can be seen: three times ten minutes at 65,00.
_RATE, _MINUTES, _TIMES = 6500, 10, 3


async def guide(page: PageContext) -> None:
    """The page."""
    page.heading(page.t("help.title"))
    Guide(page, await page.read(firm_data)).build()


class Guide:
    """Contents on the left, one section after the other beside it."""

    def __init__(self, page: PageContext, firm: FirmData) -> None:
        self._t, self._text, self._firm = page.t, page.translator, firm
        tables = self._tables = HelpTables(page.translator)
        self._sections: dict[str, Callable[[], object]] = {
            "way": self._way, "promises": self._promises, "states": tables.states, "transitions": tables.transitions,
            "refusals": tables.refusals, "price": self._price, "proposals": tables.proposals, "lines": tables.lines,
            "contracts": self._contracts, "roles": tables.roles,
        }  # fmt: skip
        states = (BillingStatus.PROPOSED, BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED)
        self._lead_params: dict[str, dict[str, object]] = {
            "proposals": {"number": proposal_number(firm_date(datetime.now(UTC)).year, 42)},
            "lines": {state.value: page.t(f"billing_status.{state}") for state in states},
        }

    def build(self) -> None:
        """Place it."""
        with ui.element("div").classes("help").mark("help"):
            with ui.element("nav").classes("help__contents").props(f'aria-label="{self._t("help.contents")}"'):
                for name in self._sections:
                    ui.link(self._t(f"help.{name}"), f"#{name}").classes("help__to")
            with ui.element("div").classes("help__text"):
                for name, place in self._sections.items():
                    with ui.element("section").props(f"id={name}").classes("help__section").mark(f"help-{name}"):
                        ui.label(self._t(f"help.{name}")).classes("help__title").props("role=heading aria-level=2")
                        if self._text.knows(f"help.{name}_lead"):
                            self._paragraph(f"help.{name}_lead", **self._lead_params.get(name, {}))
                        place()
                ui.label(self._t("help.generated")).classes("muted small")

    def _paragraph(self, key: str, **params: object) -> None:
        ui.label(self._t(key, **params)).classes("help__words")

    def _list(self, tag: str, sentences: list[str]) -> None:
        with ui.element(tag).classes("help__list"):
            for sentence in sentences:
                with ui.element("li"):
                    ui.label(sentence)

    def _way(self) -> None:
        to_bill = self._t(f"billing_status.{BillingStatus.TO_BILL}")
        self._list("ol", [self._t(f"help.way_{step}", to_bill=to_bill) for step in range(1, 6)])

    def _promises(self) -> None:
        self._list("ul", [self._t(f"help.promise_{number}") for number in range(1, 4)])

    def _price(self) -> None:
        money, time, rate = self._text.money, self._text.hours(_MINUTES), self._text.money(_RATE)
        together = line_amount(_MINUTES * _TIMES, _RATE)
        apart = sum(split_nets([_MINUTES] * _TIMES, _RATE))
        self._paragraph("help.price_rule")
        self._paragraph("help.price_one", time=time, rate=rate, net=money(line_amount(_MINUTES, _RATE)))
        self._paragraph("help.price_group", count=_TIMES, time=time, rate=rate, together=money(together), apart=money(apart))
        self._paragraph("help.price_customer")

    def _contracts(self) -> None:
        self._tables.contracts(covered=self._firm.cover_time_and_materials)
        day, percent = f"{format_hours(self._firm.day_minutes)} h", f"{self._firm.warning_percent}%"
        self._paragraph("help.contract_numbers", day=day, percent=percent)
