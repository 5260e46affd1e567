"""The total of review, inbox, issue dialog and invoice is one number, with stamp duty and split payment (spec, section 5)."""

import pytest

from domain.vocabulary import Role
from tests.builders import FISCAL, World
from tests.ui.conftest import Opener
from tests.ui.review.conftest import rows, sent, texts, until

TOTALS = {
    "split payment": (True, 2200, "Totale 122,00", "Da pagare 100,00", "IVA 22% 22,00"),
    "stamp duty": (False, 0, "Totale 102,00", "", "Bollo 2,00"),
}


@pytest.mark.parametrize("name", TOTALS)
async def test_the_total_is_the_same_everywhere(world: World, opened: Opener, name: str) -> None:
    split_payment, vat_rate, *shown = TOTALS[name]
    total, payable, pair = (" ".join(each.split()) for each in shown)
    amount = total.removeprefix("Totale ") + "\xa0€"
    customer = world.company("Comune", split_payment=split_payment, **FISCAL)
    ticket_id = world.ticket(company_id=customer)
    world.entry(ticket_id, 100, service_id=world.service("Corso", 6000, vat_rate, "" if vat_rate else "N4"))
    proposal = world.proposal_of(ticket_id)
    sent(world, proposal)

    lead = await opened(Role.TEAM_LEAD, f"/proposals/{proposal.id}")
    await lead.should_see(marker="totals", retries=30)
    said = " ".join(texts(lead, "totals")).replace("\xa0€", "")
    assert all(each in " ".join(said.split()) for each in (total, payable, pair)), said
    assert texts(lead, "approve") == [f"Approva · {amount}"]
    inbox = await opened(Role.TEAM_LEAD, "/approvals")
    await inbox.should_see(marker="approvals-rows", retries=30)
    assert [each["total"] for each in rows(inbox)] == [amount]
    await until(lambda: amount in texts(inbox, "summary")[0])
    inbox.find(marker="approvals-rows").trigger("row", {"verb": "pick", "id": proposal.id})
    await inbox.should_see(marker="approval-bar", retries=20)
    await until(lambda: texts(inbox, "approve") == [f"Approva 1 proposta · {amount}"])
    world.approve(proposal.number)
    manager = await opened(Role.BILLING_MANAGER, f"/proposals/{proposal.id}")
    await manager.should_see(marker="issue-open", retries=30)
    manager.find(marker="issue-open").click()
    await manager.should_see(marker="issue-total", retries=30)
    await until(lambda: texts(manager, "issue-total") == [amount])
    [issued] = world.issue(proposal.number)
    document = await opened(Role.BILLING_MANAGER, f"/invoices/{issued.id}")
    await document.should_see(marker="document-amounts", retries=30)
    told = texts(document, "document-amounts")
    assert told[told.index("Totale") + 1] == amount
