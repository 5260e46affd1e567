"""The usual reasons to suspend or not bill, in the order of the keys that choose them (spec, section 5)."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.proposals.lines import required_reason
from domain.actions.settings.firm import lock_settings
from domain.errors import InvalidInput, NotFound, Stale
from domain.model.proposals import Reason
from domain.vocabulary import AuditAction, Permission

_SUBJECT = "reason"


def add_reason(session: Session, text: str, *, actor: Actor) -> int:
    """Add a preset reason at the end; returns its id.

    Raises PermissionDenied, Refused (`reason_required`, `reason_too_long`), InvalidInput (`reason_exists`, `control_character`).
    """
    reasons = _opened(session, actor)
    tidy = _new_text(text, reasons)
    reason = Reason(position=len(reasons) + 1, text=tidy)
    session.add(reason)
    session.flush()
    record(session, actor, AuditAction.CREATED, _SUBJECT, reason.id or 0, after={"text": tidy, "position": reason.position})
    return reason.id or 0


def edit_reason(session: Session, reason_id: int, seen: str, text: str, *, actor: Actor) -> None:
    """Word a reason anew, seen as `seen`; what was decided with it keeps its words. Raises as `add_reason`, NotFound, Stale."""
    reasons = _opened(session, actor)
    reason = _seen(reasons, reason_id, seen)
    tidy = _new_text(text, [other for other in reasons if other is not reason])
    if tidy != reason.text:
        record(session, actor, AuditAction.CHANGED, _SUBJECT, reason_id, before={"text": reason.text}, after={"text": tidy})
        reason.text = tidy


def move_reason(session: Session, reason_id: int, step: int, *, actor: Actor) -> None:
    """Offer a reason `step` places later, or earlier if negative, not beyond the ends. Raises PermissionDenied, NotFound."""
    reasons = _opened(session, actor)
    reason = _seen(reasons, reason_id, None)
    before = reasons.index(reason)
    after = min(max(before + step, 0), len(reasons) - 1)
    if after != before:
        reasons.insert(after, reasons.pop(before))
        _number(reasons)
        moved = {"text": reason.text}
        sides = ({**moved, "position": place + 1} for place in (before, after))
        record(session, actor, AuditAction.CHANGED, _SUBJECT, reason_id, before=next(sides), after=next(sides))


def delete_reason(session: Session, reason_id: int, seen: str, *, actor: Actor) -> None:
    """Offer a reason no more; what was decided with it keeps it. Raises PermissionDenied, NotFound, Stale."""
    reasons = _opened(session, actor)
    reason = _seen(reasons, reason_id, seen)
    record(session, actor, AuditAction.DELETED, _SUBJECT, reason_id, before={"text": reason.text, "position": reason.position})
    reasons.remove(reason)
    session.delete(reason)
    _number(reasons)


def _opened(session: Session, actor: Actor) -> list[Reason]:
    """All reasons in their order, for one who may change them; nobody else does meanwhile."""
    authorise(session, actor, Permission.MANAGE_SETTINGS)
    lock_settings(session)
    statement = select(Reason).order_by(col(Reason.position), col(Reason.id)).execution_options(populate_existing=True)
    return list(session.exec(statement))


def _seen(reasons: Sequence[Reason], reason_id: int, seen: str | None) -> Reason:
    reason = next((reason for reason in reasons if reason.id == reason_id), None)
    if reason is None:
        raise NotFound("unknown_reason")
    if seen is not None and reason.text != seen:
        raise Stale("reason_changed")
    return reason


def _new_text(text: str, others: Sequence[Reason]) -> str:
    tidy = required_reason(text)
    if tidy.casefold() in {other.text.casefold() for other in others}:
        raise InvalidInput("reason_exists", field="text")
    return tidy


def _number(reasons: Sequence[Reason]) -> None:
    for place, reason in enumerate(reasons, start=1):
        reason.position = place
