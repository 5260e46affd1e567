"""The command `generate`, and the review commands `suspend`, `not-bill` and `restore` (spec, sections 4, 5 and 9)."""

import uuid
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from domain.actions.core.acting import authorise
from domain.actions.proposals.generate import Generate, generate, outcome_of, preview_generation
from domain.actions.proposals.review import Decide, LineChoice, decide
from domain.model.people import SYSTEM_USER
from domain.reads.selection import Selection, TicketFilter, select_numbers
from domain.rules.proposal_plan import Options
from domain.vocabulary import LineState, Permission
from storage.database import Database
from storage.queries.proposals.table import proposal_detail, proposal_id_of
from storage.queries.records.choices import company_id_of
from ui.commands.terminal import AsUser, DryRun, Json, acting_as, day, opened, progress_bar, say, say_json, words

Numbers = Annotated[list[str] | None, typer.Option("--number", help="Ticket number; may be repeated.")]
Tickets = Annotated[list[str], typer.Option("--ticket", help="Ticket number; may be repeated.")]
Reason = Annotated[str, typer.Option("--reason", help="Reason, kept in the history.")]
Company = Annotated[str | None, typer.Option("--company", help="Customer code.")]
ClosedFrom = Annotated[str | None, typer.Option("--closed-from", help="First closing date, as 2026-01-31.")]
ClosedTo = Annotated[str | None, typer.Option("--closed-to", help="Last closing date, as 2026-01-31.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("generate")(generate_command)
    for name, state in (("suspend", LineState.SUSPENDED), ("not-bill", LineState.NOT_BILLED), ("restore", LineState.BILL)):
        app.command(name, help=_HELP[state])(_review_command(state))


_HELP = {
    LineState.SUSPENDED: "Suspend tickets of a proposal, with a reason.",
    LineState.NOT_BILLED: "Set tickets of a proposal to not billed, with a reason.",
    LineState.BILL: "Set tickets of a proposal back to be billed.",
}


def generate_command(
    number: Numbers = None,
    company: Company = None,
    closed_from: ClosedFrom = None,
    closed_to: ClosedTo = None,
    by_customer: Annotated[bool, typer.Option("--by-customer", help="One proposal per customer.")] = False,
    group_entries: Annotated[bool, typer.Option("--group-entries", help="Group the time entries of each ticket.")] = False,
    key: Annotated[str | None, typer.Option(help="A retry with the same key returns the first result.")] = None,
    dry_run: DryRun = False,
    as_user: AsUser = SYSTEM_USER,
    as_json: Json = False,
) -> None:
    """Turn closed tickets into proposals; without a filter, all tickets."""
    if number and (company or closed_from or closed_to):
        raise typer.BadParameter(words().t("cli.number_or_filter"))
    options = Options(by_customer, group_entries)
    dates = day(closed_from), day(closed_to)
    with opened(as_json=as_json) as database, progress_bar(words().t("cli.generating"), quiet=as_json) as progress:
        selection = _selection(database, number, company, dates)
        if dry_run:
            with database.read() as session:
                authorise(session, acting_as(as_user), Permission.GENERATE)
                outcome: Mapping[str, Any] = {
                    **outcome_of(preview_generation(session, selection, options, progress=progress)),
                    "numbers": [],
                }
        else:
            command = Generate(selection, options, key or uuid.uuid4().hex)
            with database.write() as session:
                outcome = generate(session, command, actor=acting_as(as_user), progress=progress).outcome
    if as_json:
        say_json(outcome)
    else:
        _say_outcome(outcome, dry_run=dry_run)


def _selection(database: Database, numbers: list[str] | None, company: str | None, dates: tuple[Any, Any]) -> Selection:
    with database.read() as session:
        if numbers:
            return select_numbers(session, numbers)
        company_id = company_id_of(session, company) if company else None
    return Selection(filter=TicketFilter(company_id=company_id, closed_from=dates[0], closed_to=dates[1]))


def _say_outcome(outcome: Mapping[str, Any], *, dry_run: bool) -> None:
    w = words()
    say(w.t("cli.would_generate" if dry_run else "cli.generated", proposals=w.number(outcome["proposals"]),
            lines=w.number(outcome["lines"]), hours=w.hours(outcome["minutes"]), net=w.money(outcome["net_cents"])),
        style="bold")  # fmt: skip
    if outcome["numbers"]:
        say(w.t("cli.numbers", first=outcome["numbers"][0], last=outcome["numbers"][-1]))
    if outcome["refusals"]:
        say(w.t("cli.refused", count=w.number(len(outcome["refusals"])), tickets=w.number(outcome["tickets"])))
    for code, count in outcome["refused"].items():
        say(f"  {w.number(count):>7}  {w.t(f'refusal_short.{code}')}")


def _review_command(state: LineState) -> Any:
    if state is LineState.BILL:

        def restore(proposal: str, ticket: Tickets, as_user: AsUser = SYSTEM_USER, as_json: Json = False) -> None:
            _review(proposal, ticket, state, "", as_user, as_json=as_json)

        return restore

    def review(proposal: str, ticket: Tickets, reason: Reason, as_user: AsUser = SYSTEM_USER, as_json: Json = False) -> None:
        _review(proposal, ticket, state, reason, as_user, as_json=as_json)

    return review


def _review(number: str, tickets: list[str], state: LineState, reason: str, as_user: str, *, as_json: bool) -> None:
    with opened(as_json=as_json) as database:
        with database.write() as session:
            proposal_id = proposal_id_of(session, number)
            chosen = LineChoice(proposal_id, None, ticket_ids=select_numbers(session, tickets).ids)
            decide(session, Decide(chosen, state, reason), actor=acting_as(as_user))
        with database.read() as session:
            detail = proposal_detail(session, proposal_id)
    states = {s.value: detail.total(s) for s in (LineState.BILL, LineState.SUSPENDED, LineState.NOT_BILLED)}
    if as_json:
        lines = {name: total.lines for name, total in states.items()}
        say_json({"proposal": number, "net_cents": states["bill"].net, "lines": lines})
        return
    w = words()
    say(f"{number}  {w.money(states['bill'].net)}", style="bold")
    for name, total in states.items():
        say(f"  {w.t(f'line_state.{name}')}: {w.number(total.lines)}  {w.money(total.net)}")
