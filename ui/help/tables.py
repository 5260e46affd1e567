"""The tables of the help page, made from the rules themselves, so that they say what is done and nothing else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from nicegui import ui

from domain.rules.billing_status import REASON_REQUIRED, TRANSITIONS, Status
from domain.rules.permissions import PERMISSIONS
from domain.vocabulary import (
    BillingEvent,
    BillingStatus,
    ContractKind,
    Overage,
    Permission,
    Refusal,
    Role,
)
from ui.i18n import Translator
from ui.kit.badges import BILLING, LINE, PROPOSAL, chip

Cell = str | Callable[[], object]
"""What stands in one cell: a text, or what places something else."""

_STATES: Final[tuple[Status, ...]] = (*BillingStatus, None)
_PEOPLE: Final = tuple(role for role in Role if role is not Role.SYSTEM)


class HelpTables:
    """In the language of one person."""

    def __init__(self, translator: Translator) -> None:
        self._t = translator.t

    def states(self) -> None:
        """The billing states: what each means, which events give it, and whether a person may."""
        rows = [
            (
                self._state(status),
                self.meaning("billing_status", status),
                ", ".join(self._t(f"billing_event.{event}") for event in _events_to(status)),
                self._t(f"help.hand_{_by_hand(status)}"),
            )
            for status in _STATES
        ]
        self._table(("help.state", "help.meaning", "help.comes_from", "help.by_hand"), rows)

    def transitions(self) -> None:
        """Every event, from which states it acts and to which it leads."""
        rows = [
            (self._t(f"billing_event.{event}"), self._chips(before), self._chips(after))
            for event, (before, after) in TRANSITIONS.items()
        ]
        self._table(("help.event", "help.from", "help.to"), rows)

    def refusals(self) -> None:
        """Every reason why a ticket can't be billed, and what fixes it."""
        self._names({f"refusal_short.{code}": f"refusal_fix.{code}" for code in Refusal}, "help.reason", "help.fix")

    def proposals(self) -> None:
        """The states of a proposal."""
        self._meanings("help.proposals", "proposal_status", PROPOSAL)

    def lines(self) -> None:
        """The decisions on a line."""
        self._meanings("help.lines", "line_state", LINE)

    def contracts(self, *, covered: bool) -> None:
        """The kinds of contract, and what happens past the last unit; `covered` as the firm sets it for time and materials."""
        kinds = {f"contract_kind.{kind}": f"help.kind.{kind}" for kind in ContractKind}
        if covered:
            kinds[f"contract_kind.{ContractKind.TIME_AND_MATERIALS}"] += "_covered"
        self._names(kinds, "help.kind", "help.meaning")
        self._names({f"overage.{end}": f"help.overage.{end}" for end in Overage}, "help.overage", "help.meaning")

    def roles(self) -> None:
        """Who may do what."""
        rows = [
            (self._t(f"permission.{permission}"), *(self._tick(permission in PERMISSIONS[role]) for role in _PEOPLE))
            for permission in Permission
        ]
        self._table(("help.permission", *(f"role.{role}" for role in _PEOPLE)), rows)

    def meaning(self, vocabulary: str, state: str | None) -> str:
        """What a state means, in one sentence."""
        return self._t(f"help.means.{vocabulary}.{state or 'none'}")

    def _names(self, sentences: Mapping[str, str], *heads: str) -> None:
        """A name beside what it means, by the keys of both."""
        rows = [((lambda name=name: ui.label(self._t(name)).classes("strong")), self._t(key)) for name, key in sentences.items()]
        self._table(heads, rows)

    def _meanings(self, title: str, vocabulary: str, states: Mapping[Any, tuple[str, str]]) -> None:
        """States with their tone and icon, each beside what it means."""
        rows = [
            (partial(chip, tone, icon, self._t(f"{vocabulary}.{state}")), self.meaning(vocabulary, state))
            for state, (tone, icon) in states.items()
        ]
        self._table(("help.state", "help.meaning"), rows, title)

    def _state(self, status: Status) -> Cell:
        name = status or "none"
        return partial(chip, name, BILLING[status], self._t(f"billing_status.{name}"))

    def _chips(self, states: frozenset[Status]) -> Cell:
        if len(states) == len(_STATES):
            return self._t("help.any")

        def place() -> None:
            with ui.element("div").classes("line line--tight"):
                for status in (status for status in _STATES if status in states):
                    _place(self._state(status))

        return place

    def _tick(self, allowed: bool) -> Cell:
        def place() -> None:
            ui.label("✓" if allowed else "–").props("aria-hidden=true").classes("strong" if allowed else "muted")
            ui.label(self._t("help.may" if allowed else "help.may_not")).classes("visually-hidden")

        return place

    def _table(self, heads: Sequence[str], rows: Iterable[Sequence[Cell]], title: str = "") -> None:
        # On a narrow screen it scrolls, which the keyboard must reach as well.
        with _element("div", "help__scroll").props("role=region tabindex=0") as region, _element("table", "help__table"):
            region.props["aria-label"] = self._t(title) if title else ", ".join(map(self._t, heads))
            with _element("thead"), _element("tr"):
                for head in heads:
                    with _element("th").props("scope=col"):
                        ui.label(self._t(head))
            with _element("tbody"):
                for row in rows:
                    with _element("tr"):
                        for cell in row:
                            with _element("td"):
                                _place(cell)


def _place(cell: Cell) -> None:
    if isinstance(cell, str):
        ui.label(cell)
    else:
        cell()


def _element(tag: str, classes: str = "") -> ui.element:
    return ui.element(tag).classes(classes)


def _events_to(status: Status) -> list[BillingEvent]:
    return [event for event, (_, after) in TRANSITIONS.items() if status in after and event is not BillingEvent.SET_BY_HAND]


def _by_hand(status: Status) -> str:
    if status not in TRANSITIONS[BillingEvent.SET_BY_HAND][1]:
        return "no"
    return "reason" if status in REASON_REQUIRED else "yes"
