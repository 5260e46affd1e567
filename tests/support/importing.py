"""Files to import, and their reports."""

import datetime as dt
from pathlib import Path

from sqlalchemy import func, select

from domain.actions.core.acting import Actor
from domain.actions.proposals.generate import Generate, generate
from domain.model import AuditEntry, Company, Contact, Planning, Service, ServiceContract, Ticket, TimeEntry
from domain.model.base import table_of
from domain.reads.selection import Selection, TicketFilter
from domain.rules.proposal_plan import Options
from domain.rules.records.report import ImportReport
from domain.vocabulary import BillingStatus
from storage.database import Database
from storage.importers.run import import_paths
from ui.i18n import translator

SYSTEM = Actor("system", dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC))
TABLES = (Company, Contact, Service, ServiceContract, Planning, Ticket, TimeEntry, AuditEntry)

GOOD = {
    "companies": "code,name,vat_number\nC1,Rossi S.r.l.,00743110157\nC2,Bianchi S.p.A.,\n",
    "contacts": "code,first_name,last_name,company_code\nP1,Ada,Rossi,C1\nP2,Solo,Senza,\n",
    "services": "code,name,hourly_rate,vat_rate\nS1,Assistenza,60.00,22\nS0,Gratis,0,22\n",
    "contracts": (
        "code,name,company_code,kind,unit,units_total,hourly_rate\n"
        "KTM,Consuntivo,C1,time_and_materials,,,50\nKU,Ore,C1,units,hours,40,\nKF,Canone,C2,flat,,,\n"
    ),
    "plannings": "code,name,company_code\nPL1,Progetto,C1\n",
    "tickets": (
        "number,title,status,company_code,contact_code,contract_code,planning_code,hourly_rate\n"
        "T1,Non stampa,closed,C1,,,,\nT2,Da contatto,closed,,P1,KTM,,\nT3,A ore,closed,C1,,KU,,\n"
        "T4,Progetto,open,C1,,,PL1,\nT5,Senza azienda,closed,,P2,,,\nT6,Tariffa propria,closed,C1,,KTM,,80.5\n"
    ),
    "time_entries": (
        "code,ticket_number,service_code,started_at,worked_minutes,billable_minutes,operator,description\n"
        "E1,T1,S1,2026-02-01T10:00,50,60,OP,Uno\nE2,T1,S1,2026-02-02T10:00,20,0,OP,Omaggio\n"
        "E3,T2,,,,,,\nE4,T3,S1,2026-02-03T10:00,30,30,OP,Tre\n"
    ),
}
HEADERS = {name: text.splitlines()[0] for name, text in GOOD.items()}


class Folder:
    """A folder of files to import."""

    def __init__(self, path: Path, database: Database) -> None:
        self.path, self.database = path, database

    def write(self, **tables: str) -> "Folder":
        for name, text in tables.items():
            self.path.joinpath(f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        return self

    def run(self, *, dry_run: bool = False, good_rows_only: bool = False) -> ImportReport:
        return import_paths(self.database, [self.path], actor=SYSTEM, dry_run=dry_run, good_rows_only=good_rows_only)

    def only(self, **tables: str) -> ImportReport:
        """Import only these files."""
        for file in self.path.iterdir():
            file.unlink()
        return self.write(**tables).run()


def rows(database: Database) -> dict[str, int]:
    with database.read() as session:
        tables = [table_of(model) for model in TABLES]
        return {table.name: session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def faults(report: ImportReport) -> list[tuple[str, int, str, str]]:
    """File, line, column and code of every error; checks that each has a complete sentence in both languages."""
    for error in report.errors:
        for language in ("it", "en"):
            assert translator(language, strict=True).t(f"import.error.{error.code}", **error.params)
    return [error[:4] for error in report.errors]


def ticket(database: Database, number: str) -> Ticket:
    with database.read() as session:
        return session.scalars(select(Ticket).where(table_of(Ticket).c.number == number)).one()


def propose(database: Database, number: str) -> str:
    with database.write() as session:
        command = Generate(Selection(filter=TicketFilter(search=number)), Options(), key=number)
        (proposal,) = generate(session, command, actor=SYSTEM).outcome["numbers"]
        return str(proposal)


def set_state(database: Database, number: str, status: BillingStatus) -> None:
    """Set the state as by hand."""
    table = table_of(Ticket)
    with database.write() as session:
        session.execute(table.update().where(table.c.number == number).values(billing_status=status))
