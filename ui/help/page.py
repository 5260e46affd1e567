"""`/help`: how billing is decided, told by the rules that decide it (spec, sections 1 to 7)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

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

_SECTIONS: Final = ("way", "promises", "states", "transitions", "refusals", "price", "proposals", "lines", "contracts", "roles")
_WAY: Final = range(1, 6)
_PROMISES: Final = range(1, 4)
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
        self._tables = HelpTables(page.translator)

    def build(self) -> None:
        """Place it."""
        sections: dict[str, Callable[[], object]] = {name: getattr(self, f"_{name}") for name in _SECTIONS}
        with ui.element("div").classes("help").mark("help"):
            with ui.element("nav").classes("help__contents").props(f'aria-label="{self._t("help.contents")}"'):
                for name in sections:
                    ui.link(self._t(f"help.{name}"), f"#{name}").classes("help__to")
            with ui.element("div").classes("help__text"):
                for name, fill in sections.items():
                    with ui.element("section").props(f"id={name}").classes("help__section").mark(f"help-{name}"):
                        ui.label(self._t(f"help.{name}")).classes("help__title").props("role=heading aria-level=2")
                        fill()
                ui.label(self._t("help.generated")).classes("muted small")

    def _say(self, key: str, **params: object) -> None:
        ui.label(self._t(key, **params)).classes("help__words")

    def _list(self, tag: str, sentences: list[str]) -> None:
        with ui.element(tag).classes("help__list"):
            for sentence in sentences:
                with ui.element("li"):
                    ui.label(sentence)

    def _way(self) -> None:
        to_bill = self._t(f"billing_status.{BillingStatus.TO_BILL}")
        self._list("ol", [self._t(f"help.way_{step}", **({"to_bill": to_bill} if step == 1 else {})) for step in _WAY])

    def _promises(self) -> None:
        self._list("ul", [self._t(f"help.promise_{number}") for number in _PROMISES])

    def _states(self) -> None:
        self._say("help.states_lead")
        self._tables.states()

    def _transitions(self) -> None:
        self._say("help.transitions_lead")
        self._tables.transitions()

    def _refusals(self) -> None:
        self._say("help.refusals_lead")
        self._tables.refusals()

    def _price(self) -> None:
        money, time, rate = self._text.money, self._text.hours(_MINUTES), self._text.money(_RATE)
        together = line_amount(_MINUTES * _TIMES, _RATE)
        apart = sum(split_nets([_MINUTES] * _TIMES, _RATE))
        self._say("help.price_rule")
        self._say("help.price_one", time=time, rate=rate, net=money(line_amount(_MINUTES, _RATE)))
        self._say("help.price_group", count=_TIMES, time=time, rate=rate, together=money(together), apart=money(apart))
        self._say("help.price_customer")

    def _proposals(self) -> None:
        self._say("help.proposals_lead", number=proposal_number(firm_date(datetime.now(UTC)).year, 42))
        self._tables.proposals()

    def _lines(self) -> None:
        states = (BillingStatus.PROPOSED, BillingStatus.SUSPENDED, BillingStatus.NOT_BILLED)
        self._say("help.lines_lead", **{state.value: self._t(f"billing_status.{state}") for state in states})
        self._tables.lines()

    def _contracts(self) -> None:
        self._say("help.contracts_lead")
        self._tables.contracts(covered=self._firm.cover_time_and_materials)
        day, percent = f"{format_hours(self._firm.day_minutes)} h", f"{self._firm.warning_percent}%"
        self._say("help.contract_numbers", day=day, percent=percent)

    def _roles(self) -> None:
        self._say("help.roles_lead")
        self._tables.roles()
