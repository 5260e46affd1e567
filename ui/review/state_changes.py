"""What a key does to the hand that a person has on a proposal: move the cursor, tick, fold, narrow. Nothing that is kept."""

from typing import Final

from ui.review.state import LINE, TICKET, Key, ReviewState

_STEPS: Final = {"down": 1, "up": -1, "page_down": 15, "page_up": -15, "first": -(10**9), "last": 10**9}


def moved(desk: ReviewState, verb: str) -> int | None:
    """Move the cursor as the verb says; where it stands then, None for a verb that does not move it."""
    if verb in _STEPS:
        return desk.move(_STEPS[verb])
    if verb in ("next_group", "previous_group"):
        return desk.move_group(1 if verb == "next_group" else -1)
    if verb in ("next_flag", "previous_flag"):
        return desk.move_flagged(1 if verb == "next_flag" else -1)
    return None


def change_hand(desk: ReviewState, verb: str) -> None:
    """Tick, fold or narrow as the verb says; nothing for any other verb."""
    if verb == "pick_all":
        desk.pick_all()
    elif verb == "clear":
        desk.selected.clear()
    elif verb == "fold_all":
        desk.fold_all()
    elif verb == "only_flagged":
        desk.narrow(only_flagged=not desk.only_flagged and bool(desk.findings.lines))
    elif desk.current is not None:
        _change_row(desk, desk.current, verb)


def _change_row(desk: ReviewState, current: Key, verb: str) -> None:
    ticket_id = _ticket_of(desk, current)
    folded = ticket_id in desk.folded
    if verb == "open" or (verb == "fold" and not folded) or (verb == "unfold" and folded):
        desk.fold(ticket_id)
    elif verb in ("pick_current", "pick_through"):
        desk.pick(current, through=verb == "pick_through")


def _ticket_of(desk: ReviewState, key: Key) -> int:
    if key.kind == TICKET:
        return key.id
    return next(line.ticket_id for line in desk.detail.lines if key == Key(LINE, line.id))
