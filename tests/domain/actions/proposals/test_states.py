"""One writer of the status of proposals and of the state of their lines, which refuses what the tables don't list."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.actions.proposals.states import decide_lines, free_lines, move_proposal
from domain.errors import Refused
from domain.model import Proposal
from domain.rules.proposal_states import LineEvent
from domain.vocabulary import LineState, ProposalStatus
from tests.builders import MANAGER, World

ROOT = Path(__file__).resolve().parents[4]
WRITER = "domain/actions/proposals/states.py"


def test_a_status_that_the_table_does_not_list_is_refused(world: World) -> None:
    made = world.proposal_of(world.ticket(60))
    with pytest.raises(Refused, match="proposal_transition") as refused:
        world.act(lambda session: move_proposal(session.get_one(Proposal, made.id), ProposalStatus.INVOICED, MANAGER))
    assert refused.value.params == {"number": made.number, "proposal_status": "draft", "proposal_after": "invoiced"}
    assert world.proposal(made.number).status is ProposalStatus.DRAFT


def test_a_state_that_the_table_does_not_list_is_refused_and_nothing_is_written(world: World) -> None:
    kept, gone = world.ticket(60), world.ticket(30)
    made = world.proposal_of(kept, gone)
    lines = [line.id for line in made.lines]
    world.remove_from_proposal(made.number, gone)
    with pytest.raises(Refused, match="line_transition") as refused:
        world.act(lambda s: decide_lines(s, LineEvent.REVIEWED, LineState.SUSPENDED, lines, "attesa", MANAGER))
    assert refused.value.params["line_state"] == LineState.RELEASED
    with pytest.raises(Refused, match="line_transition"):
        world.act(lambda s: decide_lines(s, LineEvent.SET_BY_HAND, LineState.BILL, lines[:1], "", MANAGER))
    world.submit(made.number)
    with pytest.raises(Refused, match="line_transition"):
        world.act(lambda s: free_lines(s, lines[:1]))
    assert [line.state for line in world.proposal(made.number).lines] == [LineState.BILL, LineState.RELEASED]
    assert world.rows("SELECT count(*) FROM claim WHERE live")[0][0] == 1


def test_what_an_invoice_holds_is_not_freed_without_a_credit_note(world: World) -> None:
    made = world.proposal_of(world.ticket(60))
    world.set_proposal_status(made.id, ProposalStatus.INVOICED)
    line = [made.lines[0].id]
    with pytest.raises(Refused, match="line_transition"):
        world.act(lambda session: free_lines(session, line))


NAMES = {"status", "state"}
OTHER_NOUNS = {
    "domain/actions/tickets/edit.py": {"ticket.status"},
    "domain/actions/tickets/fix.py": {"values(status)"},
}
"""What the search finds that is the status of a ticket."""


def test_nothing_else_assigns_a_status_or_a_state() -> None:
    found: dict[str, set[str]] = {}
    for path in (path for room in ("domain", "storage") for path in (ROOT / room).rglob("*.py")):
        name, text = str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        if "roposal" in text and not name.startswith("storage/migrations/"):
            found[name] = set(_assignments(ast.parse(text)))
    assert found.pop(WRITER) == {"proposal.status", "values(state)"}
    assert {name: its for name, written in found.items() if (its := written - OTHER_NOUNS.get(name, set()))} == {}


def _assignments(tree: ast.AST) -> Iterator[str]:
    """Attributes that are assigned, values of bulk updates (also from a dictionary with a name), and SQL that updates."""
    dictionaries = {
        ast.unparse(target): node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) for target in node.targets
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in NAMES:
            yield ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values":
            given = [dictionaries.get(ast.unparse(argument), argument) for argument in node.args]
            keys = {ast.unparse(key).strip("'") for value in given if isinstance(value, ast.Dict) for key in value.keys if key}
            yield from (f"values({key})" for key in ({word.arg for word in node.keywords} | keys) & NAMES)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "setattr" and ast.unparse(node.args[1]).strip("'") in NAMES:
            yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "UPDATE proposal" in node.value:
            yield node.value
