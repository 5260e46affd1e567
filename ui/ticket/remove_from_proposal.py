"""The way out where a proposal holds a ticket's work: take the ticket off, if the proposal is still a draft (spec, section 5)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import ui

from domain.actions.proposals.review import LineChoice, remove_from_proposal
from domain.errors import Refused
from domain.vocabulary import Permission, ProposalStatus
from storage.queries.tickets.detail import TicketDetail
from ui.kit.page import PageContext


@dataclass(frozen=True, slots=True)
class Holder:
    """The proposal that holds a ticket."""

    id: int
    number: str
    status: ProposalStatus

    @property
    def path(self) -> str:
        """Where it is reviewed."""
        return f"/proposals/{self.id}"


def holder_named_by(refused: Refused) -> Holder | None:
    """Who holds the ticket, if that is what this refusal is about."""
    if refused.code != "ticket_locked":
        return None
    params = refused.params
    return Holder(params["proposal_id"], params["number"], ProposalStatus(params["proposal_status"]))


def holder_of(detail: TicketDetail) -> Holder | None:
    """The proposal that holds the ticket, or held it last."""
    if detail.proposal_id is None or detail.proposal_status is None:
        return None
    return Holder(detail.proposal_id, detail.proposal_number, detail.proposal_status)


def can_remove_from_proposal(page: PageContext, holder: Holder | None) -> bool:
    """Whether to offer it to this person; the action decides again."""
    return holder is not None and holder.status is ProposalStatus.DRAFT and page.visitor.may(Permission.REVIEW)


async def remove_ticket_from_proposal(page: PageContext, holder: Holder, ticket_id: int) -> None:
    """Take the ticket off; its work is free again. Raises what `remove_from_proposal` raises."""
    lines = LineChoice(holder.id, None, ticket_ids=frozenset({ticket_id}))
    await page.act(lambda session, actor: remove_from_proposal(session, lines, actor=actor).number)


def offer(page: PageContext, holder: Holder, ticket_id: int, after: Callable[[], Awaitable[None]]) -> None:
    """In the current place: a link to the proposal and, where it may be, the button that takes the ticket off it."""

    async def off() -> None:
        button.disable()
        try:
            await remove_ticket_from_proposal(page, holder, ticket_id)
        finally:
            button.enable()
        page.done(page.t("ticket.taken_off", number=holder.number))
        await after()

    ui.link(page.t("ticket.open_proposal", number=holder.number), holder.path)
    if can_remove_from_proposal(page, holder):
        label = page.t("ticket.remove_from_proposal", number=holder.number)
        button = ui.button(label, icon="playlist_remove", on_click=off).props("outline").mark("take-off")
