"""The full matrix of state, action and role for proposals and tickets, with the refusals."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.invoices.credit import Credit, credit
from domain.actions.invoices.issue import Issue, issue
from domain.actions.proposals.adjust import Adjust, adjust, split
from domain.actions.proposals.approval import SeenProposal, approve, reject, submit
from domain.actions.proposals.cancel import Cancel, cancel
from domain.actions.proposals.generate import Generate, generate
from domain.actions.proposals.review import Decide, LineChoice, decide, remove_from_proposal
from domain.actions.tickets.resume import resume
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.errors import Refused
from domain.model.people import SYSTEM_USER
from domain.reads.selection import Selection
from domain.rules.permissions import may
from domain.rules.proposal_plan import Options
from domain.vocabulary import BillingStatus, LineState, Permission, ProposalStatus, Role
from tests.builders import ADMINISTRATOR, LEAD, MANAGER, NOW, OPERATOR, World

SUBMITTER = MANAGER
PEOPLE: dict[Role, Actor] = {
    Role.OPERATOR: OPERATOR,
    Role.BILLING_MANAGER: MANAGER,
    Role.TEAM_LEAD: LEAD,
    Role.ADMINISTRATOR: ADMINISTRATOR,
    Role.SYSTEM: Actor(SYSTEM_USER, NOW),
}
DRAFT, SUBMITTED, APPROVED, INVOICED, CANCELLED = ProposalStatus

Act = Callable[[Session, "Case", Actor], Any]


class Case:
    """A proposal of one merged line of two entries, in a state; and the invoice that it became, if it did."""

    def __init__(self, world: World, status: ProposalStatus) -> None:
        self.world, self.ticket_id = world, world.ticket(10, 20)
        self.proposal = world.proposal_of(self.ticket_id, group_entries=True)
        self.id, (self.line,) = self.proposal.id, self.proposal.lines
        self.invoice_id = 0
        seen = [SeenProposal(self.id)]
        if status in (SUBMITTED, APPROVED, INVOICED):
            world.act(lambda s: submit(s, seen, actor=SUBMITTER) and None)
        if status in (APPROVED, INVOICED):
            world.act(lambda s: approve(s, seen, actor=LEAD) and None)
        if status is INVOICED:
            (document,) = world.act(lambda s: issue(s, Issue(tuple(seen)), actor=MANAGER))
            self.invoice_id = document.id
        if status is CANCELLED:
            world.cancel(self.proposal.number)

    @property
    def lines(self) -> LineChoice:
        return LineChoice(self.id, None, line_ids=frozenset({self.line.id}))


ACTIONS: dict[str, tuple[Permission, Act]] = {
    "suspend": (Permission.REVIEW, lambda s, c, a: decide(s, Decide(c.lines, LineState.SUSPENDED, "attesa"), actor=a)),
    "not bill": (Permission.REVIEW, lambda s, c, a: decide(s, Decide(c.lines, LineState.NOT_BILLED, "omaggio"), actor=a)),
    "restore": (Permission.REVIEW, lambda s, c, a: decide(s, Decide(c.lines, LineState.BILL), actor=a)),
    "take off": (Permission.REVIEW, lambda s, c, a: remove_from_proposal(s, c.lines, actor=a)),
    "adjust": (Permission.REVIEW, lambda s, c, a: adjust(s, Adjust(c.id, None, c.line.id, 15, 6000, "x", "accordo"), actor=a)),
    "split": (Permission.REVIEW, lambda s, c, a: split(s, c.id, None, c.line.id, actor=a)),
    "submit": (Permission.SUBMIT, lambda s, c, a: submit(s, [SeenProposal(c.id)], actor=a)),
    "approve": (Permission.APPROVE, lambda s, c, a: approve(s, [SeenProposal(c.id)], actor=a)),
    "reject": (Permission.APPROVE, lambda s, c, a: reject(s, [SeenProposal(c.id)], "non va", actor=a)),
    "invoice": (Permission.INVOICE, lambda s, c, a: issue(s, Issue((SeenProposal(c.id),)), actor=a)),
    "credit": (Permission.CREDIT, lambda s, c, a: credit(s, Credit(c.invoice_id, "errore"), actor=a)),
    "cancel": (Permission.CANCEL_PROPOSAL, lambda s, c, a: cancel(s, Cancel(c.id, None, "doppia"), actor=a)),
}

# What refuses an action in a state, whoever may do it; "." where nothing does.
STATES = """
              draft          submitted      approved       invoiced          cancelled
suspend       .              not_draft      not_draft      not_draft         not_draft
not-bill      .              not_draft      not_draft      not_draft         not_draft
restore       .              not_draft      not_draft      not_draft         not_draft
take-off      .              not_draft      not_draft      not_draft         not_draft
adjust        .              not_draft      not_draft      not_draft         not_draft
split         .              not_draft      not_draft      not_draft         not_draft
submit        .              not_draft      not_draft      not_draft         not_draft
approve       not_submitted  .              not_submitted  not_submitted     not_submitted
reject        not_submitted  .              not_submitted  not_submitted     not_submitted
invoice       not_approved   not_approved   .              not_approved      not_approved
credit        unknown_invoice unknown_invoice unknown_invoice .              unknown_invoice
cancel        .              .              .              not_cancellable   not_cancellable
"""
_HEAD, *_ROWS = (row.split() for row in STATES.strip().splitlines())
REFUSALS = {
    (name.replace("-", " "), ProposalStatus(status)): code
    for name, *codes in _ROWS
    for status, code in zip(_HEAD, codes, strict=True)
}


def refusal_of(world: World, act: Callable[..., object], *bound: Any) -> str:
    """The code that refuses it, or "." where it is done."""
    try:
        world.act(lambda session: act(session, *bound) and None)
    except Refused as refused:
        return refused.code
    return "."


@pytest.mark.parametrize("status", ProposalStatus)
def test_each_action_on_a_proposal_in_each_state_by_each_role(world: World, status: ProposalStatus) -> None:
    found, wanted = {}, {}
    case: Case | None = None
    for name, (permission, act) in ACTIONS.items():
        for role, actor in PEOPLE.items():
            # What was refused changed nothing: the next one may act on the same proposal.
            case = case or Case(world, status)
            found[name, role] = refusal_of(world, act, case, actor)
            wanted[name, role] = REFUSALS[name, status] if may(role, permission) else "permission_denied"
            case = None if found[name, role] == "." else case
    assert found == wanted


def test_nobody_approves_what_they_submitted_whatever_their_role(world: World) -> None:
    for role, actor in PEOPLE.items():
        if may(role, Permission.APPROVE):
            case = Case(world, DRAFT)
            assert refusal_of(world, ACTIONS["submit"][1], case, actor) == "."
            assert refusal_of(world, ACTIONS["approve"][1], case, actor) == "own_submission"


# For each state of a ticket that has one line in that state, or none: what refuses each state that a person may choose.
BY_HAND = """
                  to_bill  service_contract  not_billed  billed  suspended  proposed                   none
to_bill           .        .                 .           .       .          only_a_proposal_proposes   .
service_contract  .        .                 .           .       .          only_a_proposal_proposes   .
not_billed        .        .                 .           .       .          only_a_proposal_proposes   .
billed            .        .                 .           .       .          only_a_proposal_proposes   .
suspended         .        .                 .           .       .          only_a_proposal_proposes   .
none              .        .                 .           .       .          only_a_proposal_proposes   .
draft             .        .                 .           .       .          only_a_proposal_proposes   .
submitted         on       on                on          on      on         on                         on
approved          on       on                on          on      on         on                         on
invoiced          .        .                 .           .       .          only_a_proposal_proposes   .
"""
_TARGETS, *_STARTS = (row.split() for row in BY_HAND.strip().splitlines())


@pytest.mark.parametrize(("start", "codes"), [(start, codes) for start, *codes in _STARTS], ids=[row[0] for row in _STARTS])
def test_each_state_by_hand_from_each_state_by_each_role(world: World, start: str, codes: list[str]) -> None:
    ticket_id = 0
    for target, code in zip(_TARGETS, codes, strict=True):
        for role, actor in PEOPLE.items():
            ticket_id = ticket_id or _ticket_in(world, start)
            status = None if target == "none" else BillingStatus(target)
            version = world.state(ticket_id).version
            panel = SetBilling(ticket_id, version, status, 0, "a mano")
            wanted = {"on": "on_proposal"}.get(code, code) if may(role, Permission.SET_BILLING) else "permission_denied"
            found = refusal_of(world, lambda s, p, a: set_billing(s, p, actor=a), panel, actor)
            assert (target, role, found) == (target, role, wanted)
            if found == ".":
                assert world.billing(ticket_id) == (status or None), (start, target)
                ticket_id = 0


def _ticket_in(world: World, start: str) -> int:
    if start in ("draft", "submitted", "approved", "invoiced"):
        return Case(world, ProposalStatus(start)).ticket_id
    return world.ticket(30, billing_status=None if start == "none" else BillingStatus(start), cancellation_reason="prima")


def _ticket_with(world: World, status: BillingStatus | None) -> int:
    return Case(world, DRAFT).ticket_id if status is BillingStatus.PROPOSED else world.ticket(30, billing_status=status)


@pytest.mark.parametrize("status", [*BillingStatus, None])
def test_generating_and_resuming_a_ticket_in_each_state_by_each_role(world: World, status: BillingStatus | None) -> None:
    for role, actor in PEOPLE.items():
        ticket_id, other = _ticket_with(world, status), _ticket_with(world, status)
        command = Generate(Selection(frozenset({ticket_id})), Options(), f"{status}-{role}")
        found = refusal_of(world, lambda s, c, a: generate(s, c, actor=a), command, actor)
        assert found == ("." if may(role, Permission.GENERATE) else "permission_denied")
        taken = status is BillingStatus.TO_BILL and may(role, Permission.GENERATE)
        assert (world.billing(ticket_id) == "proposed") is (taken or status is BillingStatus.PROPOSED)
        allowed = "." if status is BillingStatus.SUSPENDED else "not_suspended"
        wanted = allowed if may(role, Permission.SET_BILLING) else "permission_denied"
        assert refusal_of(world, lambda s, o, a: resume(s, [o], actor=a), other, actor) == wanted
