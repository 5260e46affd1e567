"""What the keys, rows and buttons of a proposal's page do."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.vocabulary import LineState
from storage.queries.proposals.table import LineRow
from ui.review.actions import ReviewActions
from ui.review.adjust import adjust_line
from ui.review.groups import Key
from ui.review.price import show_price
from ui.review.work import show_work

VERBS: Final = {
    "j": "down", "ArrowDown": "down", "k": "up", "ArrowUp": "up", "J": "next_group", "K": "previous_group",
    "PageDown": "page_down", "PageUp": "page_up", "Home": "first", "End": "last", "g": "next_flag", "G": "previous_flag",
    "o": "only_flagged", "/": "find", "Ctrl+f": "find", "ArrowRight": "unfold", "ArrowLeft": "fold", "Enter": "open",
    "f": "fold_all", "x": "pick_current", "X": "pick_through", "a": "pick_all", "Escape": "clear", "s": "suspend",
    "n": "not_bill", "r": "restore", "e": "adjust", "t": "remove_from_proposal", "u": "undo", "Ctrl+z": "undo", "d": "entries",
    "w": "why", "c": "comment", "h": "history", "v": "news", "i": "submit", "?": "keys",
}  # fmt: skip

CARD: Final = (
    ("J", "K", "move"), ("⇧J", "⇧K", "group"), ("G", "⇧G", "flag"), ("O", "", "only_flagged"), ("/", "", "find"),
    ("←", "→", "fold"), ("F", "", "fold_all"), ("X", "⇧X", "pick"), ("A", "Esc", "pick_all"), ("S", "", "suspend"),
    ("N", "", "not_bill"), ("R", "", "restore"), ("1", "9", "reason"), ("E", "", "adjust"), ("T", "", "remove_from_proposal"),
    ("U", "", "undo"), ("D", "", "entries"), ("W", "", "why"), ("C", "", "comment"), ("H", "", "history"), ("V", "", "news"),
    ("I", "", "submit"), ("?", "", "keys"),
)  # fmt: skip
"""The keys on the card, in its order."""

_DECISIONS: Final = {"restore": LineState.BILL, "suspend": LineState.SUSPENDED, "not_bill": LineState.NOT_BILLED}
_OF_ONE_LINE: Final[Mapping[str, tuple[Callable[[ReviewActions, LineRow], Awaitable[None]], str]]] = {
    "adjust": (adjust_line, "adjust.one_line"),
    "entries": (show_work, "adjust.one_line_inside"),
    "why": (show_price, "review.why_one_line"),
}
"""The dialog about one line, and the sentence for who asks it of several."""

_EDITING: Final = {*_DECISIONS, "pick_current", "pick_through", "pick_all", "adjust", "remove_from_proposal", "undo", "submit"}


@dataclass(frozen=True)
class Commands:
    """`places` focus what a key only leads to: a field, a menu, a button. `comment` writes about one line or the whole."""

    actions: ReviewActions
    places: Mapping[str, Callable[[], None]]
    comment: Callable[[Sequence[LineRow]], None] | None

    async def run(self, verb: str, key: Key | None = None) -> None:
        """Do what `verb` says, to the row of `key`; without it to the selected lines, else to the row under the cursor."""
        actions, state = self.actions, self.actions.state
        if (verb in _EDITING and not state.editable) or state.change_view(verb):
            return
        lines = state.lines_of(key) if key else state.targets()
        if verb in _DECISIONS:
            if await actions.decide(_DECISIONS[verb], lines) and key is None:
                state.deselect()
        elif verb in _OF_ONE_LINE:
            show, otherwise = _OF_ONE_LINE[verb]
            if len(lines) == 1:
                await actions.exclusive(lambda: show(actions, lines[0]))
            else:
                actions.toast.show(actions.page.t(otherwise))
        elif verb == "undo":
            await actions.undo()
        elif verb == "remove_from_proposal":
            await actions.remove_from_proposal(frozenset(line.ticket_id for line in lines))
        elif verb == "comment" and self.comment:
            self.comment(lines)
        elif verb in self.places:
            self.places[verb]()
