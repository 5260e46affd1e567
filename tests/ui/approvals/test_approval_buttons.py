"""Submitting, approving and rejecting on the page of a proposal, and its history (spec, section 5)."""

import pytest
from nicegui import ui
from nicegui.testing import User

from domain.actions.core.acting import Actor
from domain.actions.proposals.approval import SeenProposal, approve, reject
from domain.actions.proposals.cancel import Cancel, cancel
from domain.vocabulary import AuditAction, LineState, ProposalStatus, Role
from storage.queries.proposals.table import ProposalDetail
from storage.queries.tickets.detail import HistoryRow
from tests.builders import NOW, World
from tests.ui.conftest import NAMES, Opener
from tests.ui.review.conftest import give_reason, reviewer, sent, texts, until
from ui.i18n import translator
from ui.kit.document_history import sentence

GIULIA, MARCO = NAMES[Role.BILLING_MANAGER], NAMES[Role.TEAM_LEAD]


def status(world: World, detail: ProposalDetail) -> ProposalStatus:
    return world.proposal(detail.number).status


def enabled(user: User, marker: str) -> bool:
    [button] = user.find(marker=marker).elements
    assert isinstance(button, ui.button)
    return bool(button.enabled)


async def test_it_goes_from_who_reviews_to_who_approves_and_both_pages_follow(
    world: World, opened: Opener, drafted: ProposalDetail
) -> None:
    manager, lead = await reviewer(opened, drafted), await reviewer(opened, drafted, Role.TEAM_LEAD)
    await manager.should_not_see(marker="approve")
    manager.find(marker="submit").click()
    await until(lambda: status(world, drafted) is ProposalStatus.SUBMITTED)
    await lead.should_see(marker="approve", retries=30)
    await manager.should_not_see(marker="submit")
    await manager.should_not_see(marker="approve")
    assert GIULIA in texts(manager, "steps")[0]
    assert texts(lead, "approve") == ["Approva · 219,60\xa0€"]
    lead.find(marker="approve").click()
    await until(lambda: status(world, drafted) is ProposalStatus.APPROVED)
    await lead.should_not_see(marker="approve")
    await until(lambda: MARCO in texts(manager, "steps")[0])


async def test_a_rejected_draft_shows_why_until_it_is_sent_again(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    sent(world, drafted)
    manager, lead = await reviewer(opened, drafted), await reviewer(opened, drafted, Role.TEAM_LEAD)
    lead.find(marker="reject").click()
    await give_reason(lead, "mancano le trasferte")
    await manager.should_see(marker="submit", retries=30)
    assert "mancano le trasferte" in texts(manager, "banner")[0]
    assert status(world, drafted) is ProposalStatus.DRAFT
    manager.find(marker="submit").click()
    await until(lambda: status(world, drafted) is ProposalStatus.SUBMITTED)
    await manager.should_not_see(marker="banner", retries=30)


async def test_with_nothing_to_bill_it_is_not_submitted(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    world.decide(drafted.number, LineState.SUSPENDED, "attesa", line_ids={line.id for line in drafted.lines})
    user = await reviewer(opened, drafted)
    assert not enabled(user, "submit")


async def test_who_submitted_may_not_approve_and_may_reject(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    sent(world, drafted, by=MARCO)
    user = await reviewer(opened, drafted, Role.TEAM_LEAD)
    assert (enabled(user, "approve"), enabled(user, "reject")) == (False, True)


async def test_an_operator_is_offered_nothing(opened: Opener, drafted: ProposalDetail) -> None:
    user = await reviewer(opened, drafted, Role.OPERATOR)
    for marker in ("submit", "approve", "reject"):
        await user.should_not_see(marker=marker)


@pytest.mark.usefixtures("stale_pages")
async def test_a_stale_page_approves_nothing_says_who_was_faster_and_shows_it(
    world: World, opened: Opener, drafted: ProposalDetail
) -> None:
    sent(world, drafted)
    user = await reviewer(opened, drafted, Role.TEAM_LEAD)
    rejected = [SeenProposal(drafted.id)]
    world.act(lambda session: len(reject(session, rejected, "no", actor=Actor(NAMES[Role.ADMINISTRATOR], NOW))))
    sent(world, drafted)
    user.find(marker="approve").click()
    await until(lambda: bool(user.notify.messages))
    assert (drafted.number in user.notify.messages[0], GIULIA in user.notify.messages[0]) == (True, True)
    assert status(world, drafted) is ProposalStatus.SUBMITTED
    await until(lambda: "«no»" in texts(user, "history"))
    user.find(marker="approve").click()
    await until(lambda: status(world, drafted) is ProposalStatus.APPROVED)


async def test_the_history_has_every_step_with_its_comment(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    lead, seen = Actor(MARCO, NOW), [SeenProposal(drafted.id)]
    sent(world, drafted)
    world.act(lambda session: len(reject(session, seen, "mancano le ore", actor=lead)))
    sent(world, drafted)
    world.act(lambda session: len(approve(session, seen, actor=lead)))
    world.act(lambda session: cancel(session, Cancel(drafted.id, None, "doppia"), actor=lead).number)
    user = await reviewer(opened, drafted)
    told = texts(user, "history")
    for words in ("Inviata in approvazione", "Respinta", "«mancano le ore»", "Approvata", "Proposta annullata", "«doppia»"):
        assert words in told


@pytest.mark.parametrize(
    ("action", "before", "after", "words"),
    [
        (AuditAction.INVOICED, {"status": "approved"}, {"invoice": "FT-2026-0001"}, "Fatturata con FT-2026-0001"),
        (
            AuditAction.ADJUSTED,
            {"minutes": 105, "rate": 6650, "description": "lavoro", "net": 11638},
            {"line": 1, "ticket": 1, "minutes": 90, "rate": 6650, "description": "lavoro", "net": 9975},
            "Rettificata «lavoro»: 1:45\xa0h → 1:30\xa0h · 116,38\xa0€ → 99,75\xa0€",
        ),
        (
            AuditAction.SPLIT,
            {"line": 1, "minutes": 90, "net": 9975, "description": "lavori"},
            {"lines": 3, "net": 9975, "ticket": 1},
            "Divisa «lavori» in 3 righe",
        ),
        (AuditAction.RESUMED, {"lines": {"1": "suspended"}, "tickets": [1]}, {}, "Ripreso 1 ticket"),
    ],
)
def test_what_happens_to_a_proposal_is_a_sentence(
    action: AuditAction, before: dict[str, object], after: dict[str, object], words: str
) -> None:
    row = HistoryRow(1, NOW, "mario", "proposal", action, before, after, "")
    assert sentence(translator("it", strict=True), row) == words
    assert sentence(translator("en", strict=True), row)
