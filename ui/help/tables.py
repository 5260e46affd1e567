"""The tables of the help page, made from the rules themselves, so that they can't say anything else than what is done."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from nicegui import ui

from domain.rules.billing_status import REASON_REQUIRED, TRANSITIONS, Status
from domain.rules.permissions import PERMISSIONS
from domain.vocabulary import (
    BillingEvent,
    BillingStatus,
    ContractKind,
    LineState,
    Overage,
    Permission,
    ProposalStatus,
    Refusal,
    Role,
)
from ui.i18n import Translator
from ui.kit.badges import BILLING, LINE, PROPOSAL, chip

Cell = Callable[[], object]
"""Places what stands in one cell."""

Look = tuple[str, str]
"""Tone and icon of a state."""

_STATES: Final[tuple[Status, ...]] = (*BillingStatus, None)
_PEOPLE: Final = tuple(role for role in Role if role is not Role.SYSTEM)


class HelpTables:
    """In the language of one person."""

    def __init__(self, translator: Translator) -> None:
        self._text = translator
        self._t = translator.t

    def states(self) -> None:
        """The billing states: what each means, which events give it, and whether a person may."""
        rows = [
            (
                self._state(status),
                self._words(self.meaning("billing_status", status)),
                self._words(", ".join(self._t(f"billing_event.{event}") for event in self._events_to(status))),
                self._words(self._t(f"help.hand_{_by_hand(status)}")),
            )
            for status in _STATES
        ]
        self._table(("help.state", "help.meaning", "help.comes_from", "help.by_hand"), rows)

    def transitions(self) -> None:
        """Every event, from which states it acts and to which it leads."""
        rows = [
            (self._words(self._t(f"billing_event.{event}")), self._chips(before), self._chips(after))
            for event, (before, after) in TRANSITIONS.items()
        ]
        self._table(("help.event", "help.from", "help.to"), rows)

    def refusals(self) -> None:
        """Every reason why a ticket can't be billed, and what mends it."""
        rows = [
            (self._words(self._t(f"refusal_short.{code}"), "strong"), self._words(self._t(f"refusal_fix.{code}")))
            for code in Refusal
        ]
        self._table(("help.reason", "help.fix"), rows)

    def proposals(self) -> None:
        """The states of a proposal."""
        self._meanings("help.proposals", "proposal_status", PROPOSAL)

    def lines(self) -> None:
        """The decisions on a line."""
        self._meanings("help.lines", "line_state", LINE)

    def contracts(self, *, covered: bool) -> None:
        """The kinds of contract, and what happens past the last unit; `covered` as the firm sets it for time and materials."""
        words = {kind: f"help.kind.{kind}" for kind in ContractKind}
        if covered:
            words[ContractKind.TIME_AND_MATERIALS] += "_covered"
        kinds = [
            (self._words(self._t(f"contract_kind.{kind}"), "strong"), self._words(self._t(key))) for kind, key in words.items()
        ]
        self._table(("help.kind", "help.meaning"), kinds)
        ends = [
            (self._words(self._t(f"overage.{end}"), "strong"), self._words(self._t(f"help.overage.{end}"))) for end in Overage
        ]
        self._table(("help.overage", "help.meaning"), ends)

    def roles(self) -> None:
        """Who may do what."""
        rows = [
            (self._words(self._t(f"permission.{permission}")), *(self._tick(permission in PERMISSIONS[role]) for role in _PEOPLE))
            for permission in Permission
        ]
        self._table(("help.permission", *(f"role.{role}" for role in _PEOPLE)), rows)

    def meaning(self, words: str, state: str | None) -> str:
        """What a state means, in one sentence."""
        return self._t(f"help.means.{words}.{state or 'none'}")

    @staticmethod
    def _events_to(status: Status) -> list[BillingEvent]:
        return [event for event, (_, after) in TRANSITIONS.items() if status in after and event is not BillingEvent.SET_BY_HAND]

    def _meanings(self, title: str, words: str, states: Mapping[LineState, Look] | Mapping[ProposalStatus, Look]) -> None:
        rows = [
            (self._chip(*look, self._t(f"{words}.{state}")), self._words(self.meaning(words, state)))
            for state, look in states.items()
        ]
        self._table(("help.state", "help.meaning"), rows, title)

    def _state(self, status: Status) -> Cell:
        name = status or "none"
        return self._chip(name, BILLING[status], self._t(f"billing_status.{name}"))

    @staticmethod
    def _chip(tone: str, icon: str, word: str) -> Cell:
        return lambda: chip(tone, icon, word)

    def _chips(self, states: frozenset[Status]) -> Cell:
        def place() -> None:
            with ui.element("div").classes("line line--tight"):
                if len(states) == len(_STATES):
                    ui.label(self._t("help.any"))
                    return
                for status in (status for status in _STATES if status in states):
                    self._state(status)()

        return place

    def _tick(self, allowed: bool) -> Cell:
        def place() -> None:
            ui.label("✓" if allowed else "–").props("aria-hidden=true").classes("strong" if allowed else "muted")
            ui.label(self._t("help.may" if allowed else "help.may_not")).classes("visually-hidden")

        return place

    @staticmethod
    def _words(text: str, classes: str = "") -> Cell:
        return lambda: ui.label(text).classes(classes)

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
                        for place in row:
                            with _element("td"):
                                place()


def _element(tag: str, classes: str = "") -> ui.element:
    return ui.element(tag).classes(classes)


def _by_hand(status: Status) -> str:
    if status not in TRANSITIONS[BillingEvent.SET_BY_HAND][1]:
        return "no"
    return "reason" if status in REASON_REQUIRED else "yes"
