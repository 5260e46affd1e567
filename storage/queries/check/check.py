"""Verification in SQL, on the whole database, that nothing is billed twice and nothing is missing (spec, promises 1, 2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import TextClause, text
from sqlmodel import Session

from domain.actions.core.audit import broken_links
from storage.queries.check.contracts import CONTRACT_RULES
from storage.queries.check.documents import DOCUMENT_RULES, changed_since_approval
from storage.queries.reconciliation.buckets import Amount, prove

SHOWN = 20
"""Most records that a violation names."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Result of the check: `violations` are sentences, empty if the promises hold."""

    violations: list[str]
    buckets: dict[str, Amount]


# Each statement lists the records that violate the rule in the sentence before it.
_RULES: tuple[tuple[str, str], ...] = (
    (
        "time entries on more than one live line",
        "SELECT e.code FROM claim c JOIN time_entry e ON e.id = c.time_entry_id WHERE c.live GROUP BY e.code HAVING count(*) > 1",
    ),
    (
        "time entries whose line and claim disagree",
        """SELECT e.code FROM time_entry e LEFT JOIN claim c ON c.time_entry_id = e.id AND c.live
        WHERE e.line_id IS DISTINCT FROM c.line_id""",
    ),
    (
        "lines that hold entries after they were released, or none before",
        """SELECT p.number FROM proposal_line l JOIN proposal p ON p.id = l.proposal_id
        WHERE (l.state = 'released') = EXISTS (SELECT 1 FROM claim c WHERE c.line_id = l.id AND c.live)""",
    ),
    (
        "lines whose minutes are not those of their entries",
        """SELECT p.number FROM proposal_line l JOIN proposal p ON p.id = l.proposal_id LEFT JOIN (
        SELECT c.line_id, sum(e.billable_minutes - e.covered_minutes) AS minutes FROM claim c
        JOIN time_entry e ON e.id = c.time_entry_id GROUP BY c.line_id) AS held ON held.line_id = l.id
        WHERE l.state <> 'released' AND coalesce(l.original_minutes, l.minutes) <> coalesce(held.minutes, 0)""",
    ),
    (
        "lines with entries of another ticket",
        """SELECT p.number FROM claim c JOIN proposal_line l ON l.id = c.line_id JOIN proposal p ON p.id = l.proposal_id
        JOIN time_entry e ON e.id = c.time_entry_id WHERE e.ticket_id <> l.ticket_id""",
    ),
    (
        "lines whose amount is not minutes x rate",
        """SELECT p.number FROM proposal_line l JOIN proposal p ON p.id = l.proposal_id
        WHERE l.net <> (l.minutes * l.rate + 30) / 60""",
    ),
    (
        "lines suspended or not billed without a reason",
        """SELECT p.number FROM proposal_line l JOIN proposal p ON p.id = l.proposal_id
        WHERE l.state IN ('suspended', 'not_billed') AND l.reason = ''""",
    ),
    (
        "tickets proposed without a line to bill, or with one and not proposed",
        """SELECT t.number FROM ticket t WHERE (coalesce(t.billing_status, '') = 'proposed') <> EXISTS (
        SELECT 1 FROM proposal_line l JOIN proposal p ON p.id = l.proposal_id
        WHERE l.ticket_id = t.id AND l.state = 'bill' AND p.status IN ('draft', 'submitted', 'approved'))""",
    ),
    (
        "cancelled proposals that still bill",
        """SELECT DISTINCT p.number FROM proposal p JOIN proposal_line l ON l.proposal_id = p.id
        WHERE p.status = 'cancelled' AND l.state = 'bill'""",
    ),
    (
        "proposed tickets that are not closed",
        "SELECT number FROM ticket WHERE billing_status = 'proposed' AND status <> 'closed'",
    ),
    (
        "proposals whose tickets have another customer",
        """SELECT DISTINCT p.number FROM proposal p JOIN proposal_line l ON l.proposal_id = p.id
        JOIN ticket t ON t.id = l.ticket_id LEFT JOIN contact c ON c.id = t.contact_id
        WHERE l.state <> 'released' AND p.company_id IS DISTINCT FROM coalesce(t.company_id, c.company_id)
        AND p.status = 'draft'""",
    ),
    (
        "numbers with gaps or beyond their counter",
        """SELECT s.code || '-' || s.year FROM series s WHERE s.code = 'PF' AND s.last <> (
        SELECT count(*) FROM proposal p WHERE p.number LIKE 'PF-' || s.year || '-%')
        UNION ALL SELECT number FROM proposal p LEFT JOIN series s ON s.code = 'PF' AND p.number LIKE 'PF-' || s.year || '-%'
        WHERE s.last IS NULL OR CAST(substr(p.number, 9) AS integer) NOT BETWEEN 1 AND s.last""",
    ),
    *CONTRACT_RULES,
    *DOCUMENT_RULES,
)


def check(session: Session) -> CheckReport:
    """Verify the promises on the whole database."""
    proof = prove(session)
    leaks = [f"buckets that do not add up: {d.in_buckets} {d.what}, not {d.in_tickets}" for d in proof.differences]
    violations = [*_offenders(session), *changed_since_approval(session), *broken_links(session), *leaks]
    return CheckReport(violations, {bucket.value: amount for bucket, amount in proof.buckets.items()})


def _offenders(session: Session) -> Iterator[str]:
    for sentence, statement in _RULES:
        found: list[Any] = list(session.execute(_limited(statement)).scalars())
        if found:
            shown = ", ".join(str(name) for name in dict.fromkeys(found[:SHOWN]))
            yield f"{sentence}: {shown}{', …' if len(found) > SHOWN else ''}"


def _limited(statement: str) -> TextClause:
    return text(f"SELECT * FROM ({statement}) AS offenders LIMIT {SHOWN + 1}")  # noqa: S608  built of constants alone
