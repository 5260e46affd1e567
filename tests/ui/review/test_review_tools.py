"""Tools of the review: flags, comments, news, price explanations, find, fold and filter (spec, section 5)."""

from datetime import UTC, date, datetime

import pytest
from nicegui import ui
from nicegui.testing import User

from domain.actions.core.acting import Actor
from domain.actions.proposals.comments import AddComment, add_comment
from domain.rules.anomalies import Finding
from domain.vocabulary import Anomaly, LineState, Role
from storage.queries.proposals.anomalies import Findings
from storage.queries.proposals.price import PriceFacts
from storage.queries.proposals.table import ProposalDetail
from tests.builders import World
from tests.ui.conftest import NAMES, Opener
from tests.ui.review.conftest import do, give_reason, press, reviewer, row, rows, texts, until
from ui.i18n import translator
from ui.review import anomaly_check
from ui.review.groups import LINE, TICKET, Key
from ui.review.price import reasons
from ui.review.state import ReviewState

TODAY = datetime.now(UTC).date()


@pytest.fixture
def one_flagged(world: World) -> ProposalDetail:
    """Two tickets; the second has a line of a year ago that says nothing."""
    fine, strange = world.ticket(title="Stampante ferma"), world.ticket(title="Centralino muto")
    world.entry(fine, 60, on=TODAY, description="Rullo sostituito")
    world.entry(strange, 60, on=date(2025, 6, 1), description="ok")
    return world.proposal_of(fine, strange)


async def test_what_deserves_a_second_look_says_why_and_can_be_had_alone(opened: Opener, one_flagged: ProposalDetail) -> None:
    user = await reviewer(opened, one_flagged)
    line = one_flagged.lines[1]
    await until(lambda: "flags" in row(user, "l", line.id))
    old, thin = row(user, "l", line.id)["flags"]
    assert "01/06/2025" in old["why"]
    assert "«ok»" in thin["why"]
    assert row(user, "t", line.ticket_id)["flagged"] == "1 segnalata"
    press(user, "o")
    await until(lambda: [each["key"] for each in rows(user)] == [f"t{line.ticket_id}", f"l{line.id}"])
    press(user, "a")
    await user.should_see(marker="bulk-bar", retries=20)
    assert "1 riga · 1 ticket" in texts(user, "bulk-what")[0]


async def test_what_is_strange_about_the_whole_goes_with_what_is_suspended(
    world: World, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anomaly_check, "REST_SECONDS", 0.05)
    for _ in range(5):
        world.proposal_of(world.ticket(60))
    usual, big = world.ticket(60), world.ticket(600)
    proposal = world.proposal_of(usual, big)
    user = await reviewer(opened, proposal)
    await until(lambda: len(children(user, "whole-findings")) == 1)
    line = next(line for line in proposal.lines if line.ticket_id == big)
    do(user, "suspend", f"l{line.id}")
    await give_reason(user, "da verificare")
    await until(lambda: not children(user, "whole-findings"))


def children(user: User, marker: str) -> list[ui.element]:
    [element] = user.find(marker=marker).elements
    return list(element.default_slot.children)


async def test_a_comment_on_a_line_appears_live_and_notifies_the_creator(
    world: World, opened: Opener, drafted: ProposalDetail
) -> None:
    one, two = await reviewer(opened, drafted), await reviewer(opened, drafted, Role.TEAM_LEAD)
    do(two, "comment", f"l{drafted.lines[1].id}")
    await until(lambda: drafted.lines[1].ticket_number in texts(two, "comment-about")[0])
    [field] = two.find(marker="comment-text").elements
    assert isinstance(field, ui.textarea)
    with two:
        field.set_value("Chi ha chiamato?")
    two.find(marker="comment-send").click()
    await one.should_see("Chi ha chiamato?", retries=30)
    assert field.value == ""
    assert world.rows("SELECT line_id, author FROM proposal_comment") == [(drafted.lines[1].id, NAMES[Role.TEAM_LEAD])]
    one.find(marker="comment-line").click()
    await until(lambda: bool(row(one, "l", drafted.lines[1].id).get("current")))


async def test_an_operator_reads_comments_and_writes_none(world: World, opened: Opener, drafted: ProposalDetail) -> None:
    actor = Actor(NAMES[Role.TEAM_LEAD], datetime.now(UTC))
    world.act(lambda session: add_comment(session, AddComment(drafted.id, "Confermate"), actor=actor))
    user = await reviewer(opened, drafted, Role.OPERATOR)
    await user.should_see("Confermate")
    await user.should_not_see(marker="comment-text")
    press(user, "c")
    await user.should_not_see(marker="comment-text")


async def test_a_returning_reviewer_sees_what_changed_and_can_go_there(
    world: World, opened: Opener, drafted: ProposalDetail
) -> None:
    first = await reviewer(opened, drafted)
    await until(lambda: world.count("proposal_visit") == 1)
    await first.should_not_see(marker="news")
    await first.open("/proposals")
    lead = Actor(NAMES[Role.TEAM_LEAD], datetime.now(UTC))
    world.decide(drafted.number, LineState.SUSPENDED, "attesa", line_ids={drafted.lines[2].id}, actor=lead)
    again = await reviewer(opened, drafted)
    await again.should_see("1 modifica dalla tua ultima visita")
    assert [each["key"] for each in rows(again) if each.get("fresh")] == [f"l{drafted.lines[2].id}"]


async def test_the_price_of_one_line_is_explained_and_of_many_it_is_not(opened: Opener, drafted: ProposalDetail) -> None:
    user = await reviewer(opened, drafted)
    do(user, "why", f"l{drafted.lines[0].id}")
    await user.should_see(marker="why-rate", retries=20)
    assert "listino del servizio «Assistenza»" in texts(user, "why-rate")[0]
    user.find(marker="why-cancel").click()
    await user.should_not_see(marker="why-rate", retries=20)
    do(user, "why", f"t{drafted.lines[0].ticket_id}")
    await user.should_see("Scegli una sola riga")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (60, "Esatto al centesimo"),
        (10, "Esatto 10,8333…\xa0€: arrotondato una sola volta, sulla riga, a 10,83\xa0€"),
        (9, "Esatto al"),
    ],
)
def test_rounding_is_explained_with_the_exact_amount(world: World, minutes: int, said: str) -> None:
    line = world.proposal_of(world.ticket(minutes, hourly_rate=6500)).lines[0]
    facts = PriceFacts("", None, rate_from_contract=False, entries=1, worked=minutes, billable=minutes, covered=0)
    told = dict(reasons(translator("it", strict=True), line, facts))
    assert told["amount"][1].startswith(said)
    assert told["rate"][0].startswith("65,00\xa0€ l’ora: tariffa del ticket")


def test_the_cursor_finds_folds_and_goes_round(world: World) -> None:
    detail = world.proposal_of(world.ticket(60, 30, title="Stampante"), world.ticket(90, title="Router"))
    state = ReviewState(detail, findings=Findings({detail.lines[2].id: (Finding(Anomaly.OLD, {}),)}))
    first, last = (Key(TICKET, detail.lines[place].ticket_id) for place in (0, 2))

    def pressed(verb: str) -> tuple[int | None, Key | None]:
        assert state.change_view(verb)
        return state.scroll_to, state.current

    pressed("fold_all")
    assert state.keys() == [first, last]
    assert pressed("next_group") == (1, last)
    assert pressed("next_flag") == (2, Key(LINE, detail.lines[2].id))
    assert state.keys() == [first, last, Key(LINE, detail.lines[2].id)]
    assert (state.seek("STAMP", 0), state.scroll_to, state.current) == ((1, 1), 0, first)
    assert (state.seek("nulla", 1), state.scroll_to) == ((0, 0), 0)
    pressed("unfold")
    pressed("unfold")
    assert len(state.keys()) == 5
    assert [pressed(verb)[0] for verb in ("previous_flag", "previous_group", "previous_group")] == [4, 3, 0]
    assert not state.change_view("suspend")
