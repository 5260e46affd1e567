"""A help desk's billing month by month, by commands only, checked after each month.

What should come out is reckoned from the helpdesk's own files, which share nothing with the product.
"""

import calendar
import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from tests.builders import FIRM
from tests.support.shell import Shell

MASTER_DATA = ("companies", "contacts", "services", "contracts")
MANAGER, LEAD = ("--as", "giulia"), ("--as", "marco")

Row = dict[str, str]


@dataclass(slots=True)
class Helpdesk:
    """The export's rows: master data, tickets by closing month, entries by ticket."""

    folder: Path
    tickets: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    entries: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for ticket in rows_of(self.folder / "tickets.csv"):
            self.tickets[ticket["closed_at"][:7]].append(ticket)
        for entry in rows_of(self.folder / "time_entries.csv"):
            self.entries[entry["ticket_number"]].append(entry)

    @property
    def months(self) -> list[str]:
        """The months in which tickets were closed, `AAAA-MM`."""
        return sorted(month for month in self.tickets if month)


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The results of a month."""

    month: str
    proposals: int
    invoices: int
    credit_notes: int
    reopened: int
    buckets: dict[str, Any]
    faults: list[str]


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


class Books:
    """A firm that bills the help desk by commands. A seeded random generator decides the review."""

    def __init__(self, shell: Shell, helpdesk: Helpdesk, folder: Path) -> None:
        self._shell, self._helpdesk, self._folder = shell, helpdesk, folder
        self._rng = Random(2010)  # noqa: S311  which lines are suspended is no secret
        self._closed: dict[str, Row] = {}
        self._reopened: list[Row] = []
        self._issued: list[str] = []
        for name, role in (("giulia", "billing_manager"), ("marco", "team_lead"), ("elena", "administrator")):
            self._run("user", "add", name, "--role", role)
        self._run("firm", "set", *(f"{field}={value}" for field, value in FIRM.items()), "--as", "elena")

    def keep(self, months: Sequence[str]) -> Iterator[MonthEnd]:
        """Run each month from import to invoices, and verify it with `check` and the files."""
        for number, month in enumerate(months):
            self._shell.at = datetime.fromisoformat(f"{last_day(month)}T21:00:00+00:00")
            self._import(month, self._helpdesk.tickets[month], with_master_data=number == 0)
            proposals = self._propose(month)
            invoices = self._invoice(month, proposals)
            notes, reopened = self._correct(month, invoices)
            buckets, faults = self._faults()
            yield MonthEnd(month, len(proposals), len(invoices), notes, reopened, buckets, faults)

    def _import(self, month: str, tickets: Sequence[Row], *, with_master_data: bool) -> None:
        """The month's export: tickets closed in it, and tickets reopened the month before and closed again."""
        back = [{**ticket, "closed_at": f"{month}-27T18:00:00"} for ticket in self._reopened]
        folder = self._folder / month
        folder.mkdir()
        if with_master_data:
            for name in MASTER_DATA:
                write_rows(folder / f"{name}.csv", rows_of(self._helpdesk.folder / f"{name}.csv"))
        write_rows(folder / "tickets.csv", [*tickets, *back])
        entries = [entry for ticket in tickets for entry in self._helpdesk.entries[ticket["number"]]]
        write_rows(folder / "time_entries.csv", entries)
        report = self._run("import", folder)
        assert report["errors"] == []
        self._closed |= {ticket["number"]: ticket for ticket in [*tickets, *back]}
        self._reopened = []

    def _propose(self, month: str) -> list[str]:
        """Proposals by customer with merged work; some tickets of some of them are suspended or not billed."""
        made = self._run("generate", "--closed-to", last_day(month), "--by-customer", "--group-entries", *MANAGER)
        numbers: list[str] = made["numbers"]
        for number in self._rng.sample(numbers, min(2, len(numbers))):
            tickets = sorted({line["ticket"] for line in self._run("proposals", number)[0]["lines"]})
            if len(tickets) > 1:
                verb = self._rng.choice(("suspend", "not-bill"))
                self._run(verb, number, "--ticket", self._rng.choice(tickets), "--reason", "Da verificare", *MANAGER)
        return numbers

    def _invoice(self, month: str, proposals: list[str]) -> list[str]:
        """Submit all, reject and resubmit one, approve all and invoice them at the month's end."""
        if not proposals:
            return []
        self._run("submit", *proposals, *MANAGER)
        self._run("reject", proposals[0], "--reason", "Da ricontrollare", *LEAD)
        self._run("submit", proposals[0], *MANAGER)
        self._run("approve", *proposals, *LEAD)
        issued = self._run("invoice", *proposals, "--date", last_day(month), *MANAGER)
        self._issued += [one["invoice"] for one in issued]
        return [one["invoice"] for one in issued]

    def _correct(self, month: str, invoices: list[str]) -> tuple[int, int]:
        """Credit a line of an invoice; resume and reopen its ticket, which is closed again the month after."""
        if not invoices:
            return 0, 0
        number = self._rng.choice(invoices)
        line = self._run("invoices", number)[0]["lines"][0]
        self._run("credit", number, "--line", str(line["position"]), "--reason", "Ore errate", "--date", last_day(month), *LEAD)
        ticket = line["ticket"]
        self._run("resume", ticket, *MANAGER)
        if self._run("tickets", ticket)[0]["billing_status"] != "to_bill":
            return 1, 0
        others = [entry["state"] for entry in self._run("tickets", ticket)[0]["entries"] if entry["state"]]
        if others:
            return 1, 0
        reopened = {**self._closed[ticket], "status": "open", "closed_at": ""}
        folder = self._folder / f"{month}-reopened"
        folder.mkdir()
        write_rows(folder / "tickets.csv", [reopened])
        self._run("import", folder)
        self._reopened = [self._closed.pop(ticket)]
        return 1, 1

    def _faults(self) -> tuple[dict[str, Any], list[str]]:
        """Differences found by `check`, by the files and by the invoice numbers."""
        report = self._run("check")
        found: list[str] = list(report["violations"])
        minutes = sum(bucket["minutes"] for bucket in report["buckets"].values())
        wanted = sum(int(entry["billable_minutes"] or 0) for ticket in self._closed for entry in self._helpdesk.entries[ticket])
        if minutes != wanted:
            found.append(f"buckets hold {minutes} minutes, the files {wanted}")
        ordinals: dict[str, list[int]] = defaultdict(list)
        for number in self._issued:
            ordinals[number[:7]].append(int(number[-6:]))
        found += [f"numbers of {year} have gaps" for year, its in ordinals.items() if its != list(range(1, len(its) + 1))]
        return report["buckets"], found

    def _run(self, *words: str | Path) -> Any:
        done = self._shell(*words, "--json")
        assert done.status == 0, f"{words[:3]}: {done.out} {done.err}"
        return done.json


def last_day(month: str) -> str:
    """The ISO date of a month's last day."""
    year, number = map(int, month.split("-"))
    return f"{month}-{calendar.monthrange(year, number)[1]}"
