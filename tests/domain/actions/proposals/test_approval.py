"""Submitting, approving and rejecting, with notifications (spec, section 5)."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from domain.actions.core.acting import Actor
from domain.actions.invoices.issue import Issue, issue
from domain.actions.people.notices import read_notices
from domain.actions.proposals.approval import SeenProposal, approve, reject, submit
from domain.actions.proposals.cancel import Cancel, cancel
from domain.actions.proposals.review import Decide, LineChoice, decide
from domain.errors import NotFound, PermissionDenied, Refused, Stale
from domain.model.people import SYSTEM_USER
from domain.vocabulary import LineState, NoticeKind, ProposalStatus
from storage.database import Database
from storage.queries.people.notices import NoticeRow, newest_notices, unread_notices
from storage.queries.proposals.inbox import count_waiting, versions_waiting, waiting_proposals
from storage.queries.proposals.table import COUNTED, ProposalDetail
from storage.queries.tickets.detail import proposal_history
from tests.builders import ADMINISTRATOR, LEAD, MANAGER, NOW, OPERATOR, World
from tests.support.racing import race_processes

LATER = Actor(MANAGER.name, NOW + timedelta(hours=1))


@pytest.fixture
def drafted(world: World) -> ProposalDetail:
    return world.proposal_of(world.ticket(60), world.ticket(30))


def send(world: World, *proposals: ProposalDetail, actor: Actor = MANAGER) -> list[ProposalDetail]:
    """Submit these as they are now; as they are afterwards."""
    world.act(lambda session: len(submit(session, [SeenProposal(each.id) for each in proposals], actor=actor)))
    return [world.proposal(each.number) for each in proposals]


def seen(*proposals: ProposalDetail) -> list[SeenProposal]:
    return [SeenProposal(each.id, each.version) for each in proposals]


def told(world: World, name: str) -> list[NoticeRow]:
    return world.read(lambda session: newest_notices(session, user_id(world, name)))


def unread(world: World, name: str) -> int:
    return world.read(lambda session: unread_notices(session, user_id(world, name)))


def user_id(world: World, name: str) -> int:
    return int(world.rows("SELECT id FROM user_account WHERE name = :name", name=name)[0][0])


def steps(world: World, proposal: ProposalDetail) -> list[tuple[str, str, str]]:
    rows = world.read(lambda session: proposal_history(session, proposal.id))
    return [(row.action.value, row.actor, row.reason) for row in rows]


def test_a_draft_is_submitted_and_approved_with_notifications(world: World, drafted: ProposalDetail) -> None:
    (sent,) = send(world, drafted)
    assert (sent.status, sent.submitted_by, sent.submitted_at) == (ProposalStatus.SUBMITTED, "mario", NOW)
    world.act(lambda session: len(approve(session, seen(sent), actor=LEAD)))
    done = world.proposal(drafted.number)
    assert (done.status, done.approved_by, done.approved_at) == (ProposalStatus.APPROVED, "lucia", NOW)
    assert done.approved_content
    assert steps(world, drafted)[:2] == [("approved", "lucia", ""), ("submitted", "mario", "")]
    assert {world.billing(line.ticket_id) for line in drafted.lines} == {"proposed"}


def test_a_rejection_clears_the_submission_and_its_comment_ends_with_the_next_submission(
    world: World, drafted: ProposalDetail
) -> None:
    (sent,) = send(world, drafted)
    world.act(lambda session: len(reject(session, seen(sent), "  mancano  le ore ", actor=LEAD)))
    back = world.proposal(drafted.number)
    assert (back.status, back.submitted_by, back.submitted_at) == (ProposalStatus.DRAFT, "", None)
    assert back.rejection_comment == "mancano le ore"
    (notice,) = told(world, "mario")
    assert (notice.kind, notice.actor, notice.comment, notice.unread) == (NoticeKind.REJECTED, "lucia", "mancano le ore", True)
    assert steps(world, drafted)[0] == ("rejected", "lucia", "mancano le ore")
    (again,) = send(world, back)
    assert again.rejection_comment == ""


@pytest.mark.parametrize("status", [each for each in ProposalStatus if each is not ProposalStatus.DRAFT])
def test_only_a_draft_is_submitted(world: World, drafted: ProposalDetail, status: ProposalStatus) -> None:
    world.set_proposal_status(drafted.id, status)
    with pytest.raises(Refused, match="not_draft"):
        send(world, drafted)


@pytest.mark.parametrize("status", [each for each in ProposalStatus if each is not ProposalStatus.SUBMITTED])
def test_only_what_was_submitted_is_approved_or_rejected(world: World, drafted: ProposalDetail, status: ProposalStatus) -> None:
    world.set_proposal_status(drafted.id, status)
    for act in (approve, partial(reject, comment="no")):
        with pytest.raises(Refused, match="not_submitted"):
            world.act(lambda session, act=act: len(act(session, seen(world.proposal(drafted.number)), actor=LEAD)))  # type: ignore[misc]


def test_nobody_approves_what_they_submitted_and_may_reject_it(world: World, drafted: ProposalDetail) -> None:
    other = world.proposal_of(world.ticket(60))
    (mine,) = send(world, drafted, actor=LEAD)
    (theirs,) = send(world, other)
    with pytest.raises(PermissionDenied, match="own_submission"):
        world.act(lambda session: len(approve(session, seen(theirs, mine), actor=LEAD)))
    assert {world.proposal(each.number).status for each in (mine, theirs)} == {ProposalStatus.SUBMITTED}
    world.act(lambda session: len(reject(session, seen(mine), "ho sbagliato", actor=LEAD)))
    assert world.proposal(mine.number).status is ProposalStatus.DRAFT
    assert told(world, "lucia")[0].kind is NoticeKind.SUBMITTED  # of the other one: nobody is told what they did themselves


def test_a_proposal_without_a_line_to_bill_is_not_submitted_nor_those_beside_it(world: World, drafted: ProposalDetail) -> None:
    empty = world.proposal_of(world.ticket(60))
    world.decide(empty.number, LineState.SUSPENDED, "attesa", line_ids={empty.lines[0].id})
    with pytest.raises(Refused, match="nothing_to_bill") as refusal:
        send(world, drafted, empty)
    assert refusal.value.params["number"] == empty.number
    assert world.proposal(drafted.number).status is ProposalStatus.DRAFT
    assert world.count("notice") == 0


def test_what_is_approved_is_what_was_seen_or_nothing(world: World, drafted: ProposalDetail) -> None:
    sent = send(world, drafted, world.proposal_of(world.ticket(60)))
    world.act(lambda session: len(reject(session, seen(sent[0]), "no", actor=ADMINISTRATOR)))
    world.decide(drafted.number, LineState.NOT_BILLED, "omaggio", line_ids={drafted.lines[0].id})
    send(world, drafted)
    for act in (approve, partial(reject, comment="no")):
        with pytest.raises(Stale, match="proposal_changed") as refusal:
            world.act(lambda session, act=act: len(act(session, seen(*sent), actor=LEAD)))  # type: ignore[misc]
        assert (refusal.value.params["number"], refusal.value.params["by"]) == (drafted.number, "mario")
    assert [world.proposal(each.number).status for each in sent] == [ProposalStatus.SUBMITTED] * 2


def test_a_draft_that_somebody_changed_is_not_submitted_as_it_was_seen(world: World, drafted: ProposalDetail) -> None:
    world.decide(drafted.number, LineState.SUSPENDED, "attesa", line_ids={drafted.lines[0].id})
    with pytest.raises(Stale, match="proposal_changed"):
        world.act(lambda session: len(submit(session, seen(drafted), actor=LEAD)))


def test_who_may_submit_and_who_may_approve(world: World, drafted: ProposalDetail) -> None:
    with pytest.raises(PermissionDenied, match="permission_denied"):
        send(world, drafted, actor=OPERATOR)
    (sent,) = send(world, drafted, actor=Actor(SYSTEM_USER, NOW))
    for name in (MANAGER.name, OPERATOR.name, SYSTEM_USER):
        for act in (approve, partial(reject, comment="no")):
            with pytest.raises(PermissionDenied, match="permission_denied"):
                world.act(lambda session, act=act, name=name: len(act(session, seen(sent), actor=Actor(name, NOW))))  # type: ignore[misc]
    with pytest.raises(NotFound, match="unknown_proposal"):
        world.act(lambda session: len(approve(session, [SeenProposal(999)], actor=LEAD)))


@pytest.mark.parametrize(("comment", "code"), [("  ", "reason_required"), ("x" * 2000, "reason_too_long")])
def test_a_rejection_needs_a_comment(world: World, drafted: ProposalDetail, comment: str, code: str) -> None:
    (sent,) = send(world, drafted)
    with pytest.raises(Refused, match=code):
        world.act(lambda session: len(reject(session, seen(sent), comment, actor=LEAD)))
    assert world.proposal(drafted.number).status is ProposalStatus.SUBMITTED


def test_nothing_is_neither_submitted_nor_approved_nor_rejected_nor_invoiced(world: World) -> None:
    for acting in (
        lambda session: submit(session, [], actor=MANAGER),
        lambda session: approve(session, [], actor=LEAD),
        lambda session: reject(session, [], "no", actor=LEAD),
        lambda session: issue(session, Issue(()), actor=MANAGER),
    ):
        with pytest.raises(Refused, match="nothing_chosen"):
            world.act(acting)


def test_one_action_on_many_is_one_notification_and_none_for_the_actor(world: World, drafted: ProposalDetail) -> None:
    other = world.proposal_of(world.ticket(60))
    sent = send(world, drafted, other, actor=LEAD)
    assert told(world, "lucia") == []
    (notice,) = told(world, "ada")
    assert (notice.kind, notice.actor, notice.count, notice.unread) == (NoticeKind.SUBMITTED, "lucia", 2, True)
    assert [unread(world, name) for name in ("ada", "mario", "olga")] == [1, 0, 0]
    world.act(lambda session: len(approve(session, seen(*sent), actor=ADMINISTRATOR)))
    assert [(each.kind, each.count) for each in told(world, "lucia")] == [(NoticeKind.APPROVED, 2)]


def test_what_was_asked_is_withdrawn_once_it_is_decided_or_cancelled(world: World, drafted: ProposalDetail) -> None:
    (sent,) = send(world, drafted)
    assert (unread(world, "lucia"), unread(world, "ada")) == (1, 1)
    world.cancel(sent.number)
    assert (unread(world, "lucia"), unread(world, "ada")) == (0, 0)
    assert [each.unread for each in told(world, "lucia")] == [False]


def test_a_notice_is_read_by_its_owner_alone(world: World, drafted: ProposalDetail) -> None:
    send(world, drafted)
    world.act(lambda session: read_notices(session, actor=LEAD))
    assert (unread(world, "lucia"), unread(world, "ada")) == (0, 1)


def test_the_inbox_shows_what_waits_longest_first_with_what_it_comes_to(world: World, drafted: ProposalDetail) -> None:
    second, third = (world.proposal_of(world.ticket(60, company_id=world.company(name))) for name in ("Bianchi", "Neri"))
    world.decide(drafted.number, LineState.SUSPENDED, "attesa", line_ids={drafted.lines[0].id})
    gone = world.proposal_of(world.ticket(60), world.ticket(15))
    world.remove_from_proposal(gone.number, gone.lines[0].ticket_id)
    send(world, second, actor=LATER)
    send(world, third, gone, actor=LEAD)
    send(world, drafted)
    found = world.read(lambda session: waiting_proposals(session, "lucia"))
    # Not what PostgreSQL makes of a sum of big integers by itself, which no screen can write as money or as hours.
    assert {type(getattr(row, name)) for row in found.rows for name in COUNTED} == {int}
    assert [row.number for row in found.rows] == [drafted.number, third.number, gone.number, second.number]
    assert (found.count, found.own, found.net) == (4, 2, 3000 + 6000 + 1500 + 6000)
    first, taken_off = found.rows[0], found.rows[2]
    assert (first.tickets, first.to_bill, first.suspended, first.not_billed) == (2, 1, 1, 0)
    assert (first.minutes, first.net, first.submitted_by, first.submitted_at) == (30, 3000, "mario", NOW)
    assert (taken_off.tickets, taken_off.to_bill) == (1, 1)
    page = world.read(lambda session: waiting_proposals(session, "lucia", start=1, limit=2))
    assert ([row.number for row in page.rows], page.count) == ([third.number, gone.number], 4)
    assert world.read(versions_waiting) == {row.id: row.version for row in found.rows}
    assert world.read(count_waiting) == 4
    assert world.read(lambda session: waiting_proposals(session, "lucia", start=9)).rows == ()


def approving(database: Database, proposal_id: int, version: int) -> str:
    with database.write() as session:
        approve(session, [SeenProposal(proposal_id, version)], actor=LEAD)
    return "approved"


def cancelling(database: Database, proposal_id: int, version: int) -> str:
    with database.write() as session:
        cancel(session, Cancel(proposal_id, version, "errata"), actor=MANAGER)
    return "cancelled"


def rejecting(database: Database, proposal_id: int, version: int) -> str:
    with database.write() as session:
        reject(session, [SeenProposal(proposal_id, version)], "no", actor=ADMINISTRATOR)
    return "draft"


def submitting(database: Database, proposal_id: int, version: int) -> str:
    with database.write() as session:
        submit(session, [SeenProposal(proposal_id, version)], actor=MANAGER)
    return "submitted"


def suspending(database: Database, proposal_id: int, version: int, line_ids: frozenset[int]) -> str:
    with database.write() as session:
        decide(session, Decide(LineChoice(proposal_id, version, line_ids), LineState.SUSPENDED, "attesa"), actor=LEAD)
    return "draft"


@pytest.mark.parametrize("rival", [cancelling, rejecting, approving])
def test_of_two_approvals_at_once_one_is_stale(world: World, drafted: ProposalDetail, rival: Callable[..., str]) -> None:
    (sent,) = send(world, drafted)
    jobs = [partial(job, proposal_id=sent.id, version=sent.version) for job in (approving, rival)]
    outcomes = race_processes(world.database.url, jobs)
    assert sorted(each.refusal for each in outcomes) == ["", "proposal_changed"]
    (won,) = (each.result for each in outcomes if each.result)
    assert world.proposal(sent.number).status.value == won


def test_a_suspension_at_the_moment_of_the_approval_never_changes_what_is_approved(world: World, drafted: ProposalDetail) -> None:
    (sent,) = send(world, drafted)
    about: dict[str, Any] = {"proposal_id": sent.id, "version": sent.version}
    held_back = partial(suspending, line_ids=frozenset(line.id for line in drafted.lines), **about)
    approved, suspended = race_processes(world.database.url, [partial(approving, **about), held_back])
    assert (approved.result, suspended.refusal in ("not_draft", "proposal_changed")) == ("approved", True)
    assert world.proposal(sent.number).total(LineState.BILL) == sent.total(LineState.BILL)


def test_of_a_submission_and_a_suspension_at_once_one_is_stale(world: World, drafted: ProposalDetail) -> None:
    about: dict[str, Any] = {"proposal_id": drafted.id, "version": drafted.version}
    held_back = partial(suspending, line_ids=frozenset(line.id for line in drafted.lines), **about)
    sent, suspended = race_processes(world.database.url, [partial(submitting, **about), held_back])
    assert sorted((sent.refusal, suspended.refusal)) == ["", "proposal_changed"]
    now = world.proposal(drafted.number)
    # Whichever came first: nothing without a line to bill is ever under approval.
    assert (now.status, now.total(LineState.BILL).lines) == (
        (ProposalStatus.SUBMITTED, 2) if sent.result else (ProposalStatus.DRAFT, 0)
    )
