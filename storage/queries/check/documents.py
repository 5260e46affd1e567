"""Checks of invoices and credit notes: each statement lists the violations of a rule (spec, sections 5 and 9)."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session

from domain.actions.proposals.approval import content_digest, lines_to_bill
from domain.model.base import table_of
from domain.model.proposals import Proposal
from domain.vocabulary import ProposalStatus

DOCUMENT_RULES: tuple[tuple[str, str], ...] = (
    (
        "series of documents with gaps or beyond their counter",
        """SELECT s.code || '-' || s.year FROM series s LEFT JOIN invoice i ON i.series = s.code AND i.year = s.year
        WHERE s.code <> 'PF' AND s.code IN (SELECT series FROM invoice UNION SELECT invoice_series FROM firm
        UNION SELECT credit_series FROM firm)
        GROUP BY s.code, s.year, s.start, s.last
        HAVING count(i.id) <> s.last - s.start OR coalesce(min(i.ordinal), s.start + 1) <> s.start + 1
        OR coalesce(max(i.ordinal), s.last) <> s.last
        UNION ALL SELECT i.number FROM invoice i LEFT JOIN series s ON s.code = i.series AND s.year = i.year
        WHERE s.code IS NULL""",
    ),
    (
        "documents whose number is not their series, year and ordinal, or whose year is not that of their date",
        """SELECT number FROM invoice WHERE year <> CAST(substr(CAST(issued_on AS varchar(10)), 1, 4) AS integer)
        OR number <> series || '-' || year || '-' || CASE WHEN ordinal < 1000000
        THEN substr('000000' || ordinal, length('' || ordinal) + 1) ELSE '' || ordinal END""",
    ),
    (
        "documents dated before the one that precedes them",
        """SELECT number FROM (SELECT number, issued_on,
        lag(issued_on) OVER (PARTITION BY series, year ORDER BY ordinal) AS before FROM invoice) AS dated
        WHERE issued_on < before""",
    ),
    (
        "series whose last date is not that of their last document",
        """SELECT s.code || '-' || s.year FROM series s JOIN (SELECT series, year, max(issued_on) AS last_on FROM invoice
        GROUP BY series, year) AS i ON i.series = s.code AND i.year = s.year WHERE s.last_on IS DISTINCT FROM i.last_on""",
    ),
    (
        "documents whose amounts do not add up from their VAT",
        """SELECT i.number FROM invoice i LEFT JOIN (SELECT invoice_id, sum(net) AS net, sum(vat) AS vat FROM invoice_vat
        GROUP BY invoice_id) AS v ON v.invoice_id = i.id
        WHERE i.net <> coalesce(v.net, 0) OR i.vat <> coalesce(v.vat, 0) OR i.total <> i.net + i.vat + i.stamp_duty
        OR i.payable NOT IN (i.total, i.total - i.vat)""",
    ),
    (
        "documents whose VAT is not on the sum of their lines",
        """SELECT i.number FROM (
        SELECT invoice_id, vat_rate AS rate, vat_nature AS nature, sum(net) AS net FROM invoice_line GROUP BY 1, 2, 3
        ) AS l FULL JOIN invoice_vat v ON v.invoice_id = l.invoice_id AND v.rate = l.rate AND v.nature = l.nature
        JOIN invoice i ON i.id = coalesce(l.invoice_id, v.invoice_id)
        WHERE l.net IS DISTINCT FROM v.net OR i.kind = 'invoice' AND v.vat <> (v.net * v.rate + 5000) / 10000""",
    ),
    (
        "credit notes with lines that are not of their invoice, or not as they were invoiced",
        """SELECT n.number FROM invoice n JOIN invoice_line l ON l.invoice_id = n.id
        LEFT JOIN invoice_line o ON o.id = l.credited_line_id
        WHERE n.kind = 'credit_note' AND (o.id IS NULL OR o.invoice_id <> n.credited_id OR l.net <> o.net
        OR l.minutes <> o.minutes OR l.vat_rate <> o.vat_rate OR l.proposal_line_id <> o.proposal_line_id)
        UNION ALL SELECT i.number FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id
        WHERE i.kind = 'invoice' AND l.credited_line_id IS NOT NULL""",
    ),
    (
        "invoices credited for more than they charged, or for all without giving all back",
        """SELECT i.number FROM invoice i JOIN (
        SELECT n.credited_id, v.rate, v.nature, sum(v.net) AS net, sum(v.vat) AS vat FROM invoice n
        JOIN invoice_vat v ON v.invoice_id = n.id WHERE n.credited_id IS NOT NULL GROUP BY 1, 2, 3
        ) AS c ON c.credited_id = i.id
        LEFT JOIN invoice_vat v ON v.invoice_id = i.id AND v.rate = c.rate AND v.nature = c.nature
        WHERE v.net IS NULL OR c.net > v.net OR c.vat > v.vat OR c.net = v.net AND c.vat <> v.vat
        UNION ALL SELECT i.number FROM invoice i JOIN (SELECT credited_id, sum(stamp_duty) AS stamp_duty FROM invoice
        WHERE credited_id IS NOT NULL GROUP BY credited_id) AS c ON c.credited_id = i.id
        WHERE c.stamp_duty <> CASE WHEN EXISTS (SELECT 1 FROM invoice_line l LEFT JOIN invoice_line n ON n.credited_line_id = l.id
        WHERE l.invoice_id = i.id AND n.id IS NULL) THEN 0 ELSE i.stamp_duty END""",
    ),
    (
        "invoiced proposals whose invoice does not hold what they billed",
        """SELECT p.number FROM proposal p LEFT JOIN invoice i ON i.id = p.invoice_id
        WHERE (p.status = 'invoiced') <> (i.id IS NOT NULL) OR i.kind = 'credit_note'
        UNION ALL SELECT p.number FROM proposal_line b JOIN proposal p ON p.id = b.proposal_id
        LEFT JOIN invoice_line l ON l.proposal_line_id = b.id AND l.invoice_id = p.invoice_id
        LEFT JOIN invoice_line n ON n.credited_line_id = l.id
        WHERE p.status = 'invoiced' AND b.state = 'bill' AND (l.id IS NULL OR n.id IS NOT NULL)""",
    ),
    (
        "lines of an invoice, not credited, that their proposal does not bill",
        """SELECT i.number FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id
        JOIN proposal_line b ON b.id = l.proposal_line_id JOIN proposal p ON p.id = b.proposal_id
        LEFT JOIN invoice_line n ON n.credited_line_id = l.id
        WHERE i.kind = 'invoice' AND (p.invoice_id IS DISTINCT FROM i.id OR n.id IS NULL AND (
        b.state <> 'bill' OR b.net <> l.net OR b.minutes <> l.minutes OR b.vat_rate <> l.vat_rate))""",
    ),
    (
        "time entries on more than one line of an invoice that is not credited",
        """SELECT e.code FROM claim c JOIN time_entry e ON e.id = c.time_entry_id
        JOIN invoice_line l ON l.proposal_line_id = c.line_id JOIN invoice i ON i.id = l.invoice_id
        LEFT JOIN invoice_line n ON n.credited_line_id = l.id
        WHERE i.kind = 'invoice' AND n.id IS NULL GROUP BY e.code HAVING count(*) > 1""",
    ),
)


def changed_since_approval(session: Session) -> Iterator[str]:
    """A sentence for each approved proposal whose content has changed since (trust: invariant 5)."""
    proposal = table_of(Proposal).c
    approved = session.execute(
        select(proposal.id, proposal.number, proposal.approved_content)
        .where(proposal.status == ProposalStatus.APPROVED)
        .order_by(proposal.id)
    ).all()
    lines = lines_to_bill(session, [row.id for row in approved])
    for row in approved:
        if content_digest(lines.get(row.id, ())) != row.approved_content:
            yield f"approved proposals that changed since: {row.number}"
