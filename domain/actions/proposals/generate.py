"""*Genera Proposte Fattura*: plan, show, and write that same plan (spec, section 4)."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from domain.actions.core.acting import Actor, authorise
from domain.actions.core.audit import record
from domain.actions.core.numbers import take_numbers
from domain.actions.proposals.states import NEW_LINE, NEW_PROPOSAL
from domain.actions.tickets.billing import Move, move
from domain.errors import EntryTaken, InvalidInput, Refused, Stale
from domain.model.base import bulk_insert, reserve_ids, table_of
from domain.model.proposals import KEY_LENGTH, Claim, Generation, Proposal, ProposalLine
from domain.model.tickets import TimeEntry
from domain.reads.billable_tickets import Progress, billable_views
from domain.reads.selection import Selection, count_selected
from domain.rules.numbering import PROPOSAL_SERIES, proposal_number
from domain.rules.proposal_plan import LineDraft, Options, ProposalPlan, plan_proposals
from domain.rules.text import text_problem
from domain.vocabulary import AuditAction, BillingEvent, BillingStatus, Permission, Refusal


@dataclass(frozen=True, slots=True)
class Generate:
    """What to generate. `key`: a retry returns the first result; `expected`: fingerprint of the plan that was shown."""

    selection: Selection
    options: Options
    key: str
    expected: str = ""

    @property
    def asked(self) -> str:
        """Digest of what is asked for; the same key with another one is refused."""
        return sha256(f"{self.selection.canonical()} {self.options}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class GenerationResult:
    """What a run did: `outcome` as described at `outcome_of`, with the proposals' `numbers` added."""

    id: int
    outcome: Mapping[str, Any]


def preview_generation(
    session: Session, selection: Selection, options: Options, *, progress: Progress | None = None
) -> ProposalPlan:
    """The plan that `generate` would write now. Writes nothing."""
    return _plan(session, selection, options, lock=False, progress=progress)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Everything that a run makes lives until its end: looking for garbage among it takes a quarter of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@_collector_paused()
def generate(session: Session, command: Generate, *, actor: Actor, progress: Progress | None = None) -> GenerationResult:
    """Write the proposals of the selected tickets.

    Raises PermissionDenied, InvalidInput `key_length`, Refused `key_reused`, EntryTaken, and Stale `plan_changed`
    when tickets moved since the plan was shown.
    """
    authorise(session, actor, Permission.GENERATE)
    if text_problem(command.key, KEY_LENGTH) or not command.key:
        raise InvalidInput("key_length", field="key", maximum=KEY_LENGTH)
    generation_id, earlier = _open_run(session, command, actor)
    if earlier is not None:
        return GenerationResult(generation_id, earlier)
    plan = _plan(session, command.selection, command.options, lock=True, progress=progress)
    if command.expected and plan.fingerprint != command.expected:
        raise _moved_on(plan)
    numbers = _write(session, plan, generation_id, actor)
    if progress:
        progress(plan.tickets, plan.tickets)  # the last moment at which stopping leaves nothing written
    outcome = {**outcome_of(plan), "numbers": numbers}
    generation = table_of(Generation)
    session.execute(update(generation).where(generation.c.id == generation_id).values(result=outcome))
    return GenerationResult(generation_id, outcome)


def outcome_of(plan: ProposalPlan) -> dict[str, Any]:
    """A plan in numbers and codes, as the command line prints it (spec, section 9); money in cents."""
    totals = plan.totals
    return {
        "tickets": plan.tickets,
        "billable": plan.billable,
        "refused": {code.value: count for code, count in plan.refusals.items()},
        "refusals": [
            {
                "id": ticket.id,
                "ticket": ticket.number,
                "title": ticket.title,
                "codes": list(dict.fromkeys(o.code.value for o in ticket.objections)),
                "details": [{"code": o.code.value, **o.params} for o in ticket.objections],
            }
            for ticket in plan.refused
        ],
        "proposals": totals.proposals,
        "lines": totals.lines,
        "minutes": totals.minutes,
        "net_cents": totals.net,
    }


def _plan(session: Session, selection: Selection, options: Options, *, lock: bool, progress: Progress | None) -> ProposalPlan:
    report: Callable[[int], None] | None = None
    if progress:
        total = count_selected(session, selection)

        def report(done: int) -> None:
            progress(done, total)

    views = billable_views(session, selection, lock=lock, progress=report)
    # What is written has been compared with the other choices when it was shown.
    return plan_proposals(views, options, compare=not lock)


def _open_run(session: Session, command: Generate, actor: Actor) -> tuple[int, Mapping[str, Any] | None]:
    """The row of this run, and its result if the key was used before. Waits for a run with the same key that is under way."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    generation = table_of(Generation)
    created = session.execute(
        dialect.insert(generation)
        .values(
            key=command.key,
            asked=command.asked,
            created_at=actor.now,
            created_by=actor.name,
            by_customer=command.options.by_customer,
            group_entries=command.options.group_entries,
            result={},
        )
        .on_conflict_do_nothing()
        .returning(generation.c.id)
    ).scalar_one_or_none()
    if created is not None:
        return created, None
    row = session.execute(select(generation).where(generation.c.key == command.key)).one()
    if (row.asked, row.created_by) != (command.asked, actor.name):
        raise Refused("key_reused")
    return row.id, row.result


def _moved_on(plan: ProposalPlan) -> Stale:
    """The tickets are no more what was shown; where somebody took some, it says who and where."""
    taken = [o.params for ticket in plan.refused for o in ticket.objections if o.code is Refusal.ALREADY_PROPOSED]
    if not taken:
        return Stale("plan_changed", billable=plan.billable)
    last = max(taken, key=lambda holder: int(holder.get("proposal_id", 0)))
    count = sum(holder["by"] == last["by"] for holder in taken)
    return Stale("plan_taken", by=last["by"], proposal=last["proposal"], count=count)


def _write(session: Session, plan: ProposalPlan, generation_id: int, actor: Actor) -> list[str]:
    """Write the drafts of a plan whose tickets are locked; returns the proposals' numbers."""
    if not plan.drafts:
        return []
    proposal_ids = reserve_ids(session, Proposal, len(plan.drafts))
    line_ids = reserve_ids(session, ProposalLine, plan.totals.lines)
    first = take_numbers(session, PROPOSAL_SERIES, actor.today.year, len(plan.drafts))
    numbers = [proposal_number(actor.today.year, first + n) for n in range(len(plan.drafts))]
    drafts = list(zip(proposal_ids, numbers, plan.drafts, strict=True))
    bulk_insert(session, Proposal, (_proposal_row(id_, number, d.company_id, generation_id, actor) for id_, number, d in drafts))
    next_id = iter(line_ids)
    lines = [
        (next(next_id), id_, position, line) for id_, _, draft in drafts for position, line in enumerate(draft.lines, start=1)
    ]
    bulk_insert(session, ProposalLine, (_line_row(*line) for line in lines))
    claims = [(line_id, entry_id) for line_id, _, _, line in lines for entry_id in line.entry_ids]
    _claim(session, claims)
    moves = [
        Move(ticket_id, BillingStatus.TO_BILL, BillingStatus.PROPOSED, "", id_, number)
        for id_, number, draft in drafts
        for ticket_id in dict.fromkeys(line.ticket_id for line in draft.lines)
    ]
    move(session, actor, BillingEvent.PROPOSED, moves)
    for id_, number, draft in drafts:
        after = {"number": number, "lines": len(draft.lines), "net": sum(line.net for line in draft.lines)}
        record(session, actor, AuditAction.GENERATED, "proposal", id_, after=after)
    return numbers


def _proposal_row(id_: int, number: str, company_id: int, generation_id: int, actor: Actor) -> dict[str, Any]:
    return {
        "id": id_,
        "number": number,
        "company_id": company_id,
        "generation_id": generation_id,
        **NEW_PROPOSAL,
        "created_at": actor.now,
        "created_by": actor.name,
        "changed_at": actor.now,
        "changed_by": actor.name,
        "cancellation_reason": "",
        "version": 1,
    }


def _line_row(id_: int, proposal_id: int, position: int, line: LineDraft) -> dict[str, Any]:
    return {
        "id": id_,
        "proposal_id": proposal_id,
        "position": position,
        "ticket_id": line.ticket_id,
        "service_id": line.service.id,
        "service_name": line.service.name,
        "description": line.description,
        "first_on": line.first_on,
        "last_on": line.last_on,
        "minutes": line.minutes,
        "rate": line.price.rate,
        "list_rate": line.service.rate,
        "rate_source": line.price.source,
        "vat_rate": line.service.vat_rate,
        "vat_nature": line.service.vat_nature,
        "net": line.net,
        **NEW_LINE,
        "reason": "",
        "decided_by": "",
    }


def _claim(session: Session, claims: list[tuple[int, int]]) -> None:
    """Give each entry to its line: refused by the unique index, or here, if anybody has it already."""
    bulk_insert(session, Claim, ({"line_id": line, "time_entry_id": entry, "live": True} for line, entry in claims))
    entry, claim = table_of(TimeEntry), table_of(Claim)
    first, last = claims[0][0], claims[-1][0]
    stamped = session.connection().execute(
        update(entry)
        .where(
            claim.c.time_entry_id == entry.c.id,
            claim.c.live,
            claim.c.line_id.between(first, last),
            entry.c.line_id.is_(None),
        )
        .values(line_id=claim.c.line_id)
    )
    if stamped.rowcount != len(claims):
        raise EntryTaken("entry_taken")
