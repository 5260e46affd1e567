"""A state machine of random actions by random users; after every step, SQL checks the three promises."""

import dataclasses
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlmodel import Session

from domain.actions.core.acting import Actor
from domain.actions.invoices.credit import Credit, credit
from domain.actions.invoices.issue import Issue, issue
from domain.actions.proposals.adjust import Adjust, adjust, split
from domain.actions.proposals.approval import SeenProposal, approve, reject, submit
from domain.actions.proposals.cancel import Cancel, cancel
from domain.actions.proposals.generate import Generate, generate
from domain.actions.proposals.review import Decide, LineChoice, decide, remove_from_proposal
from domain.actions.tickets.edit import edit_ticket
from domain.actions.tickets.links import TicketData
from domain.actions.tickets.resume import resume
from domain.actions.tickets.set_billing import SetBilling, set_billing
from domain.actions.tickets.time_entries import EntryData, add_entry, delete_entry, edit_entry
from domain.errors import Refused
from domain.model import Company, ServiceContract, Ticket, TimeEntry
from domain.model.people import SYSTEM_USER
from domain.reads.selection import Selection
from domain.rules.proposal_plan import Options
from domain.vocabulary import BillingStatus, ContractKind, ContractUnit, LineState, Overage, TicketStatus
from storage.database import Database
from storage.queries.check.check import check
from tests.builders import ADMINISTRATOR, LEAD, MANAGER, NOW, OPERATOR, OTHER_MANAGER, World

PEOPLE = (MANAGER, OTHER_MANAGER, LEAD, OPERATOR, ADMINISTRATOR, Actor(SYSTEM_USER, NOW), Actor("nessuno", NOW))
ANYBODY = st.sampled_from(PEOPLE)
# Most steps are somebody's who may: refusals by role are a matter of the matrix.
SOMEBODY = st.sampled_from((MANAGER, OTHER_MANAGER, LEAD, ADMINISTRATOR)) | ANYBODY
ANY = st.integers(0, 10_000)
"""Index of an existing record, modulo their number."""
RIGHT_STEPS = (("draft", "submit", MANAGER), ("submitted", "approve", LEAD), ("approved", "invoice", MANAGER))
STALE = st.sampled_from((0, 0, 0, 0, 1))
"""Age of the seen version."""

TWICE_INVOICED = """
SELECT c.time_entry_id FROM invoice_line i JOIN claim c ON c.line_id = i.proposal_line_id
WHERE i.credited_line_id IS NULL AND NOT EXISTS (SELECT 1 FROM invoice_line n WHERE n.credited_line_id = i.id)
GROUP BY c.time_entry_id HAVING count(*) > 1"""
INVOICED_AND_FREE = """
SELECT e.code FROM invoice_line i JOIN claim c ON c.line_id = i.proposal_line_id JOIN time_entry e ON e.id = c.time_entry_id
WHERE i.credited_line_id IS NULL AND NOT EXISTS (SELECT 1 FROM invoice_line n WHERE n.credited_line_id = i.id)
AND e.line_id IS DISTINCT FROM c.line_id"""
UNTOLD = """
SELECT t.number FROM ticket t JOIN audit_entry a ON a.id = (SELECT max(b.id) FROM audit_entry b
 WHERE b.subject = 'ticket' AND b.subject_id = t.id AND b.action = 'billing_status')
WHERE coalesce(t.billing_status, 'null') <> replace(CAST({after} AS varchar(40)), '"', '')"""


class Life(RuleBasedStateMachine):
    """A small firm with random actions."""

    done: ClassVar[Counter[str]] = Counter()
    """Actions that were not refused, over all runs."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.world = World(database)
        other = Company(code="C9", name="Bianchi S.r.l.", vat_number="00743110157", recipient_code="ABC1234")
        self.companies = [self.world.company_id, self.world.add(other)]
        units = {"kind": ContractKind.UNITS, "unit": ContractUnit.HOURS, "units_total": 200}
        terms: list[dict[str, Any]] = [
            {"kind": ContractKind.TIME_AND_MATERIALS, "hourly_rate": 4500},
            {"kind": ContractKind.FLAT},
            {**units, "overage": Overage.BILL, "overage_rate": 9000},
            {**units, "overage": Overage.REFUSE},
            {**units, "unit": ContractUnit.INCIDENTS, "overage": Overage.BILL},
        ]
        self.contracts: list[int | None] = [None]
        for number, its in enumerate(terms):
            row = ServiceContract(code=f"K{number}", name=f"K{number}", company_id=self.world.company_id, **its)
            self.contracts.append(self.world.add(row))
        self.planning = self.world.planning()
        self.tickets = [self.world.ticket(60, 10 * n, 10) for n in range(1, 8)]
        self.runs = 0
        self._begin()

    def _begin(self) -> None:
        """Tickets in every state from the first step on: to bill, covered with an overage, proposed, decided, billed."""
        _to_bill, covered, *proposed = range(len(self.tickets))
        self._edit("link", covered, MANAGER, 0, contract_id=self.contracts[3])
        for number, which in enumerate(proposed):
            self._generate(MANAGER, {which}, Options(group_entries=number % 2 == 0))
        suspended, rejected, submitted, approved, invoiced = range(len(proposed))
        self._decide(self._lines(suspended, 0, 0, whole=False), MANAGER, LineState.SUSPENDED)
        for last, steps in ((rejected, "submit reject"), (submitted, "submit"), (approved, "submit approve")):
            for step in steps.split():
                self._step(step, self._proposal(last), LEAD if step in ("approve", "reject") else MANAGER, 0)
        for step in ("submit", "approve", "invoice"):
            self._step(step, self._proposal(invoiced), LEAD if step == "approve" else MANAGER, 0)

    def _try(self, name: str, action: Callable[[Session], Any]) -> None:
        try:
            self.world.act(action)
        except Refused:
            return
        self.done[name] += 1

    def _pick(self, found: list[Any], which: int) -> Any:
        return found[which % len(found)] if found else None

    def _proposal(self, which: int, status: str = "%") -> Any:
        rows = self.world.rows("SELECT id, version FROM proposal WHERE status LIKE :status ORDER BY id", status=status)
        return self._pick(rows, which)

    @rule(minutes=st.lists(st.sampled_from((None, 0, 10, 20, 59, 60, 125)), max_size=4), company=ANY)
    def a_ticket_comes(self, minutes: list[int | None], company: int) -> None:
        if len(self.tickets) < 10:
            fields = {"company_id": self._pick(self.companies, company)}
            self.tickets.append(self.world.ticket(*minutes, **fields))

    @rule(which=ANY, actor=SOMEBODY, minutes=st.sampled_from((None, 0, 10, 30, 60, 90)))
    def work_is_added(self, which: int, actor: Actor, minutes: int | None) -> None:
        data = EntryData("tardi", self.world.service_id, NOW, minutes, minutes)
        self._try("add", lambda s: add_entry(s, self._pick(self.tickets, which), data, actor=actor))

    @rule(which=ANY, actor=SOMEBODY, minutes=st.sampled_from((None, 0, 20, 60, 100)), gone=st.booleans())
    def work_is_changed(self, which: int, actor: Actor, minutes: int | None, gone: bool) -> None:
        def act(session: Session) -> None:
            entry = session.get_one(TimeEntry, entry_id)
            seen = EntryData(*(getattr(entry, field.name) for field in dataclasses.fields(EntryData)))
            if gone:
                delete_entry(session, entry_id, seen, actor=actor)
            else:
                edit_entry(session, entry_id, seen, dataclasses.replace(seen, billable_minutes=minutes), actor=actor)

        entry_id = self._pick([row[0] for row in self.world.rows("SELECT id FROM time_entry ORDER BY id")], which)
        if entry_id:
            self._try("delete" if gone else "edit", act)

    @rule(which=ANY, actor=SOMEBODY, status=st.sampled_from(TicketStatus), stale=STALE)
    def a_ticket_is_closed_or_reopened(self, which: int, actor: Actor, status: TicketStatus, stale: int) -> None:
        self._edit("status", which, actor, stale, status=status)

    @rule(which=ANY, actor=SOMEBODY, contract=ANY, planned=st.booleans(), stale=STALE)
    def a_ticket_is_linked(self, which: int, actor: Actor, contract: int, planned: bool, stale: int) -> None:
        links = {"contract_id": None if planned else self._pick(self.contracts, contract)}
        self._edit("link", which, actor, stale, **links, planning_id=self.planning if planned else None)

    def _edit(self, name: str, which: int, actor: Actor, stale: int, **changes: Any) -> None:
        def act(session: Session) -> None:
            ticket = session.get_one(Ticket, ticket_id)
            data = TicketData(*(getattr(ticket, field.name) for field in dataclasses.fields(TicketData)))
            edit_ticket(session, ticket_id, ticket.version - stale, dataclasses.replace(data, **changes), actor=actor)

        ticket_id = self._pick(self.tickets, which)
        self._try(name, act)

    @rule(which=ANY, actor=SOMEBODY, status=st.sampled_from([*BillingStatus, None]), rate=st.sampled_from((None, 0, 5000)))
    def a_state_is_set_by_hand(self, which: int, actor: Actor, status: BillingStatus | None, rate: int | None) -> None:
        def act(session: Session) -> None:
            ticket = session.get_one(Ticket, ticket_id)
            new_rate = ticket.hourly_rate if rate is None else rate
            set_billing(session, SetBilling(ticket_id, ticket.version, status, new_rate, "a mano"), actor=actor)

        ticket_id = self._pick(self.tickets, which)
        self._try("by hand", act)

    @rule(actor=SOMEBODY, chosen=st.sets(ANY, min_size=1, max_size=4), options=st.builds(Options, st.booleans(), st.booleans()))
    def proposals_are_generated(self, actor: Actor, chosen: set[int], options: Options) -> None:
        self._generate(actor, chosen, options)

    def _generate(self, actor: Actor, chosen: set[int], options: Options) -> None:
        self.runs += 1
        selection = Selection(frozenset(self._pick(self.tickets, which) for which in chosen))
        self._try("generate", lambda s: generate(s, Generate(selection, options, f"run-{self.runs}"), actor=actor))

    @rule(which=ANY, line=ANY, actor=SOMEBODY, state=st.sampled_from(LineState), stale=STALE, whole=st.booleans())
    def lines_are_decided(self, which: int, line: int, actor: Actor, state: LineState, stale: int, whole: bool) -> None:
        self._decide(self._lines(which, line, stale, whole=whole), actor, state)

    def _decide(self, chosen: LineChoice | None, actor: Actor, state: LineState) -> None:
        if chosen is not None:
            self._try(f"decide {state}", lambda s: decide(s, Decide(chosen, state, "motivo"), actor=actor))

    @rule(which=ANY, line=ANY, actor=SOMEBODY, stale=STALE)
    def a_ticket_is_taken_off(self, which: int, line: int, actor: Actor, stale: int) -> None:
        if (chosen := self._lines(which, line, stale, whole=True)) is not None:
            self._try("take off", lambda s: remove_from_proposal(s, chosen, actor=actor))

    def _lines(self, which: int, line: int, stale: int, *, whole: bool) -> LineChoice | None:
        proposal = self._proposal(which, "draft") or self._proposal(which)
        if proposal is None:
            return None
        lines = self.world.rows("SELECT id, ticket_id FROM proposal_line WHERE proposal_id = :id ORDER BY id", id=proposal.id)
        row = self._pick(lines, line)
        chosen = {"ticket_ids": frozenset({row.ticket_id})} if whole else {"line_ids": frozenset({row.id})}
        return LineChoice(proposal.id, proposal.version - stale, **chosen)

    @rule(which=ANY, line=ANY, actor=SOMEBODY, minutes=st.sampled_from((0, 5, 30, 600)), apart=st.booleans())
    def a_line_is_adjusted_or_split(self, which: int, line: int, actor: Actor, minutes: int, apart: bool) -> None:
        chosen = self._lines(which, line, 0, whole=False)
        if chosen is None:
            return
        (line_id,) = chosen.line_ids
        if apart:
            self._try("split", lambda s: split(s, chosen.proposal_id, chosen.seen_version, line_id, actor=actor))
        else:
            change = Adjust(chosen.proposal_id, chosen.seen_version, line_id, minutes, 7000, "diverso", "accordo")
            self._try("adjust", lambda s: adjust(s, change, actor=actor))

    @rule(which=ANY, actor=SOMEBODY, stale=STALE, step=st.sampled_from(("submit", "approve", "reject", "invoice", "cancel")))
    def a_proposal_goes_on(self, which: int, actor: Actor, stale: int, step: str) -> None:
        self._step(step, self._proposal(which), actor, stale)

    @rule(which=ANY, next_of=st.sampled_from(RIGHT_STEPS))
    def a_proposal_goes_on_as_it_should(self, which: int, next_of: tuple[str, str, Actor]) -> None:
        status, step, actor = next_of
        self._step(step, self._proposal(which, status), actor, 0)

    def _step(self, step: str, proposal: Any, actor: Actor, stale: int) -> None:
        if proposal is None:
            return
        seen = SeenProposal(proposal.id, proposal.version - stale)
        steps: dict[str, Callable[[Session], Any]] = {
            "submit": lambda s: submit(s, [seen], actor=actor),
            "approve": lambda s: approve(s, [seen], actor=actor),
            "reject": lambda s: reject(s, [seen], "non va", actor=actor),
            "invoice": lambda s: issue(s, Issue((seen,)), actor=actor),
            "cancel": lambda s: cancel(s, Cancel(proposal.id, seen.version, "doppia"), actor=actor),
        }
        self._try(step, steps[step])

    @rule(which=ANY, line=st.none() | ANY, actor=st.sampled_from((LEAD, ADMINISTRATOR)) | ANYBODY)
    def an_invoice_is_credited(self, which: int, line: int | None, actor: Actor) -> None:
        invoice = self._pick(self.world.rows("SELECT id FROM invoice ORDER BY id"), which)
        if invoice is None:
            return
        lines = self.world.rows("SELECT id FROM invoice_line WHERE invoice_id = :id ORDER BY id", id=invoice.id)
        chosen = frozenset() if line is None else frozenset({self._pick(lines, line).id})
        self._try("credit", lambda s: credit(s, Credit(invoice.id, "errore", chosen), actor=actor))

    @rule(which=ANY, other=ANY, both=st.booleans(), actor=SOMEBODY)
    def suspended_work_is_resumed(self, which: int, other: int, both: bool, actor: Actor) -> None:
        lines = self.world.rows("SELECT ticket_id FROM proposal_line WHERE state = 'suspended' ORDER BY id")
        suspended = [row.ticket_id for row in lines]
        chosen = {self._pick(suspended or self.tickets, which), *([self._pick(self.tickets, other)] if both else [])}
        self._try("resume", lambda s: resume(s, chosen, actor=actor))

    @invariant()
    def the_promises_hold(self) -> None:
        report = self.world.read(check)
        assert report.violations == []
        assert self.world.rows(TWICE_INVOICED) == []
        assert self.world.rows(INVOICED_AND_FREE) == []
        sqlite = self.world.database.url.startswith("sqlite")
        after = "a.after ->> '$.billing_status'" if sqlite else "a.after ->> 'billing_status'"
        assert self.world.rows(UNTOLD.format(after=f"coalesce({after}, 'null')")) == []
