"""Company details, preset reasons and the start of series (spec, sections 5 to 7)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.actions.invoices.documents import Issued
from domain.actions.settings.firm import edit_firm
from domain.actions.settings.reasons import add_reason, delete_reason, edit_reason, move_reason
from domain.actions.settings.series import MAX_ORDINAL, start_series
from domain.errors import InvalidInput, NotFound, PermissionDenied, Refused, Stale
from domain.rules.firm import FirmData
from domain.rules.records.fields import InvalidFields
from storage.queries.proposals.table import usual_reasons
from storage.queries.settings.firm import ReasonRow, firm_data, reason_rows, series_rows
from tests.builders import ADMINISTRATOR, LEAD, World

DAY = date(2026, 2, 20)


def edited(world: World, seen: FirmData, **changes: Any) -> FirmData:
    return world.act(lambda session: edit_firm(session, seen, replace(seen, **changes), actor=ADMINISTRATOR))


def reasons(world: World) -> list[ReasonRow]:
    return world.read(reason_rows)


def history(world: World, subject: str) -> list[tuple[str, Any]]:
    rows = world.rows("SELECT action, subject_id FROM audit_entry WHERE subject = :subject ORDER BY id", subject=subject)
    return [tuple(row) for row in rows]


def test_the_firm_is_edited_and_the_history_keeps_what_changed(world: World) -> None:
    seen = world.read(firm_data)
    saved = edited(world, seen, name=" Studio ", day_minutes=450)
    assert world.read(firm_data) == saved == replace(seen, name="Studio", day_minutes=450)
    edited(world, saved)
    assert history(world, "firm") == [("changed", 1)]


def test_a_firm_that_somebody_else_changed_is_not_overwritten(world: World) -> None:
    seen = world.read(firm_data)
    edited(world, seen, name="Studio")
    with pytest.raises(Stale) as refusal:
        edited(world, seen, city="Milano")
    assert refusal.value.params == {"by": "ada"}


def test_every_bad_field_of_the_firm_is_named_and_nothing_is_saved(world: World) -> None:
    seen = world.read(firm_data)
    with pytest.raises(InvalidFields) as refusal:
        edited(world, seen, name="Studio", iban="IT00", province="1")
    assert [problem.column for problem in refusal.value.problems] == ["province", "iban"]
    assert world.read(firm_data) == seen


def issued(world: World) -> Issued:
    """An invoice of this day."""
    number = world.proposal_of(world.ticket(60)).number
    world.submit(number)
    world.approve(number)
    return world.issue(number, on=DAY)[0]


def test_a_series_of_invoices_never_becomes_one_of_credit_notes(world: World) -> None:
    issued(world)
    seen = world.read(firm_data)
    with pytest.raises(Refused, match="series_of_other_kind"):
        edited(world, seen, invoice_series="F2", credit_series="FT")
    assert edited(world, seen, invoice_series="F2").invoice_series == "F2"


@pytest.mark.parametrize(
    "action",
    [
        lambda session: edit_firm(session, firm_data(session), FirmData(name="Mia"), actor=LEAD),
        lambda session: add_reason(session, "nuovo", actor=LEAD),
        lambda session: move_reason(session, 1, 1, actor=LEAD),
        lambda session: start_series(session, "FT", 2026, 7, actor=LEAD),
    ],
)
def test_only_an_administrator_changes_settings(world: World, action: Any) -> None:
    with pytest.raises(PermissionDenied):
        world.act(action)


def test_reasons_are_added_worded_anew_moved_and_deleted_and_keep_their_order(world: World) -> None:
    before = reasons(world)
    new = world.act(lambda session: add_reason(session, "  da   capire ", actor=ADMINISTRATOR))
    world.act(lambda session: move_reason(session, new, -100, actor=ADMINISTRATOR))
    world.act(lambda session: move_reason(session, new, 1, actor=ADMINISTRATOR))
    world.act(lambda session: edit_reason(session, new, "da capire", "Da chiarire", actor=ADMINISTRATOR))
    world.act(lambda session: delete_reason(session, before[2].id, before[2].text, actor=ADMINISTRATOR))
    texts = [row.text for row in before]
    assert world.read(usual_reasons) == [texts[0], "Da chiarire", texts[1], *texts[3:]]
    assert [row[0] for row in world.rows("SELECT position FROM reason ORDER BY position")] == list(range(1, len(before) + 1))
    assert [action for action, _ in history(world, "reason")] == ["created", "changed", "changed", "changed", "deleted"]


def test_a_reason_is_there_once_and_is_not_changed_by_who_saw_another(world: World) -> None:
    first, second, *_ = reasons(world)
    with pytest.raises(InvalidInput, match="reason_exists"):
        world.act(lambda session: add_reason(session, first.text.upper(), actor=ADMINISTRATOR))
    with pytest.raises(InvalidInput, match="reason_exists"):
        world.act(lambda session: edit_reason(session, second.id, second.text, first.text, actor=ADMINISTRATOR))
    with pytest.raises(Refused, match="reason_required"):
        world.act(lambda session: add_reason(session, " \n ", actor=ADMINISTRATOR))
    with pytest.raises(Stale):
        world.act(lambda session: delete_reason(session, second.id, "altro", actor=ADMINISTRATOR))
    with pytest.raises(NotFound):
        world.act(lambda session: move_reason(session, 999, 1, actor=ADMINISTRATOR))
    assert world.count("audit_entry") == 0


def begun(world: World, code: str = "FT", year: int = 2026, last: int = 41) -> None:
    world.act(lambda session: start_series(session, code, year, last, actor=ADMINISTRATOR))


def test_numbers_follow_the_last_one_that_was_given_elsewhere_and_then_begin_no_more(world: World) -> None:
    begun(world, last=40)
    begun(world, last=41)
    assert issued(world).number == "FT-2026-000042"
    with pytest.raises(Refused, match="series_begun"):
        begun(world, last=50)
    row = next(row for row in world.read(lambda session: series_rows(session, DAY)) if row.code == "FT")
    assert (row.start, row.last, row.last_on, row.of, row.can_start) == (41, 42, DAY, "invoices", False)
    assert history(world, "series") == [("changed", 2026), ("changed", 2026)]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"code": "PF"}, "unknown_series"),
        ({"year": 2024}, "year_out_of_range"),
        ({"last": -1}, "ordinal_out_of_range"),
        ({"last": MAX_ORDINAL}, "ordinal_out_of_range"),
    ],
)
def test_a_beginning_that_cannot_be_is_refused(world: World, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code):
        begun(world, **wrong)
    assert world.count("series") == 0
