"""The commands `submit`, `approve`, `reject` and `cancel`, each for many proposals, all or none (spec, section 9)."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from sqlmodel import Session

from domain.actions.proposals.approval import SeenProposal, approve, reject, submit
from domain.actions.proposals.cancel import Cancel, cancel
from domain.actions.proposals.lines import lock_proposals
from domain.model.people import SYSTEM_USER
from domain.model.proposals import Proposal
from storage.queries.proposals.table import proposal_id_of
from ui.commands.terminal import AsUser, Json, acting_as, opened, say, say_json, words

Numbers = Annotated[list[str], typer.Argument(help="Proposal numbers.")]
Reason = Annotated[str, typer.Option("--reason", help="Reason, kept in the history.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("submit")(submit_command)
    app.command("approve")(approve_command)
    app.command("reject")(reject_command)
    app.command("cancel")(cancel_command)


def submit_command(numbers: Numbers, as_user: AsUser = SYSTEM_USER, as_json: Json = False) -> None:
    """Submit drafts for approval."""
    _move(numbers, lambda session, seen: submit(session, seen, actor=acting_as(as_user)), as_json=as_json)


def approve_command(numbers: Numbers, as_user: AsUser = SYSTEM_USER, as_json: Json = False) -> None:
    """Approve proposals that somebody else submitted."""
    _move(numbers, lambda session, seen: approve(session, seen, actor=acting_as(as_user)), as_json=as_json)


def reject_command(numbers: Numbers, reason: Reason, as_user: AsUser = SYSTEM_USER, as_json: Json = False) -> None:
    """Send submitted proposals back to review, with a comment."""
    _move(numbers, lambda session, seen: reject(session, seen, reason, actor=acting_as(as_user)), as_json=as_json)


def cancel_command(numbers: Numbers, reason: Reason, as_user: AsUser = SYSTEM_USER, as_json: Json = False) -> None:
    """Cancel proposals; their lines to bill can be billed again."""

    def cancelling(session: Session, seen: Sequence[SeenProposal]) -> list[Proposal]:
        ids = [one.proposal_id for one in seen]
        # Proposals are locked before tickets and in one order, so that two runs don't deadlock.
        lock_proposals(session, ids)
        return [cancel(session, Cancel(id_, None, reason), actor=acting_as(as_user)) for id_ in ids]

    _move(numbers, cancelling, as_json=as_json)


def _move(numbers: list[str], act: Callable[[Session, Sequence[SeenProposal]], list[Proposal]], *, as_json: bool) -> None:
    """Run `act` on the proposals and print their new states in the given order."""
    with opened(as_json=as_json) as database, database.write() as session:
        numbers = list(dict.fromkeys(numbers))
        moved = act(session, [SeenProposal(proposal_id_of(session, number)) for number in numbers])
        states = {proposal.number: proposal.status.value for proposal in moved}
    if as_json:
        say_json([{"proposal": number, "status": states[number]} for number in numbers])
        return
    w = words()
    for number in numbers:
        say(w.t("cli.proposal_now", number=number, status=w.t(f"proposal_status.{states[number]}")))
