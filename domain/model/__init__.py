"""The tables, one file per noun. Importing this package registers them all in `SQLModel.metadata`."""

from domain.model.audit import AuditEntry, AuditHead
from domain.model.background_runs import BackgroundRun, RunSignal
from domain.model.catalog import Service
from domain.model.comments import Comment
from domain.model.contracts import ContractDraw, Planning, ServiceContract
from domain.model.customers import Company, Contact
from domain.model.invoices import Firm, Invoice, InvoiceLine, InvoiceVat
from domain.model.people import Login, Notice, User
from domain.model.proposals import Claim, Generation, Proposal, ProposalLine, Reason, Series
from domain.model.screens import Preference, ProposalVisit, SavedView
from domain.model.tickets import Ticket, TimeEntry

__all__ = [
    "AuditEntry",
    "AuditHead",
    "BackgroundRun",
    "Claim",
    "Comment",
    "Company",
    "Contact",
    "ContractDraw",
    "Firm",
    "Generation",
    "Invoice",
    "InvoiceLine",
    "InvoiceVat",
    "Login",
    "Notice",
    "Planning",
    "Preference",
    "Proposal",
    "ProposalLine",
    "ProposalVisit",
    "Reason",
    "RunSignal",
    "SavedView",
    "Series",
    "Service",
    "ServiceContract",
    "Ticket",
    "TimeEntry",
    "User",
]
