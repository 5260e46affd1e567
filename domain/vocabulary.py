"""Enumerations of the business (spec, section 1), stored by value and translated by class name and value."""

from enum import StrEnum


class TicketStatus(StrEnum):
    """Progress of the work on a ticket, separate from its billing."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    CLOSED = "closed"


class BillingStatus(StrEnum):
    """Billing status of a ticket (spec, section 3). It is NULL for a ticket billed through a planning."""

    TO_BILL = "to_bill"
    SERVICE_CONTRACT = "service_contract"
    NOT_BILLED = "not_billed"
    BILLED = "billed"
    SUSPENDED = "suspended"
    PROPOSED = "proposed"


class BillingEvent(StrEnum):
    """Event that sets a billing status (spec, section 3)."""

    CREATED = "created"
    CONTRACT_LINKED = "contract_linked"
    PLANNING_LINKED = "planning_linked"
    UNLINKED = "unlinked"
    PROPOSED = "proposed"
    REVIEWED = "reviewed"
    TAKEN_OFF = "taken_off"
    PROPOSAL_CANCELLED = "proposal_cancelled"
    PROPOSAL_INVOICED = "proposal_invoiced"
    RESUMED = "resumed"
    LATE_WORK = "late_work"
    CREDITED = "credited"
    CONTRACT_DRAWN = "contract_drawn"
    SET_BY_HAND = "set_by_hand"


class ProposalStatus(StrEnum):
    """Status of a proposal (spec, section 5)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    INVOICED = "invoiced"
    CANCELLED = "cancelled"


UNDER_WAY = frozenset({ProposalStatus.SUBMITTED, ProposalStatus.APPROVED})
"""Statuses after review, in which the lines of a proposal no longer change."""


class LineState(StrEnum):
    """Decision on a proposal line. A RELEASED line holds no entries: its ticket was removed or the proposal cancelled."""

    BILL = "bill"
    SUSPENDED = "suspended"
    NOT_BILLED = "not_billed"
    RELEASED = "released"


class Bucket(StrEnum):
    """Buckets of the reconciliation: every billable minute of closed tickets is in exactly one (spec, promise 2)."""

    TO_BILL = "to_bill"
    PROPOSED = "proposed"
    SUSPENDED = "suspended"
    NOT_BILLED = "not_billed"
    CONTRACT = "contract"
    PLANNING = "planning"
    INVOICED = "invoiced"
    BILLED_ELSEWHERE = "billed_elsewhere"
    WRITTEN_OFF = "written_off"


class InvoiceKind(StrEnum):
    """Kind of an issued document (spec, section 1)."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class NoticeKind(StrEnum):
    """Kind of a notification about a proposal (spec, section 5)."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    COMMENTED = "commented"


class RateSource(StrEnum):
    """Source of a line's unit price (spec, section 4)."""

    TICKET = "ticket"
    SERVICE = "service"


class ContractKind(StrEnum):
    """Kinds of service contract (spec, section 6)."""

    TIME_AND_MATERIALS = "time_and_materials"
    UNITS = "units"
    FLAT = "flat"


class ContractUnit(StrEnum):
    """Unit of a prepaid contract."""

    HOURS = "hours"
    DAYS = "days"
    INCIDENTS = "incidents"


class Overage(StrEnum):
    """What a contract does when its units run out."""

    GO_NEGATIVE = "go_negative"
    BILL = "bill"
    REFUSE = "refuse"


class MissingField(StrEnum):
    """Field without which a ticket can't be billed."""

    SERVICE = "service"
    CUSTOMER = "customer"


class Refusal(StrEnum):
    """Reason why a ticket can't be billed (spec, section 4), in the order of the rules."""

    NOT_CLOSED = "NOT_CLOSED"
    NOT_TO_BILL = "NOT_TO_BILL"
    ALREADY_PROPOSED = "ALREADY_PROPOSED"
    NO_TIME_ENTRIES = "NO_TIME_ENTRIES"
    ENTRY_WITHOUT_SERVICE = "ENTRY_WITHOUT_SERVICE"
    ENTRY_WITHOUT_DATE = "ENTRY_WITHOUT_DATE"
    ENTRY_WITHOUT_TIME = "ENTRY_WITHOUT_TIME"
    NO_RATE = "NO_RATE"
    NO_COMPANY = "NO_COMPANY"
    CONTACT_WITHOUT_COMPANY = "CONTACT_WITHOUT_COMPANY"


class Role(StrEnum):
    """Role of a user (spec, section 7). SYSTEM is the built-in user of commands without `--as` (spec, section 9)."""

    OPERATOR = "operator"
    BILLING_MANAGER = "billing_manager"
    TEAM_LEAD = "team_lead"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Permission(StrEnum):
    """Permission of a role, one per kind of action."""

    EDIT_TICKETS = "edit_tickets"
    IMPORT = "import"
    GENERATE = "generate"
    REVIEW = "review"
    SUBMIT = "submit"
    SET_BILLING = "set_billing"
    CANCEL_PROPOSAL = "cancel_proposal"
    APPROVE = "approve"
    INVOICE = "invoice"
    CREDIT = "credit"
    MANAGE_MASTER_DATA = "manage_master_data"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_USERS = "manage_users"


class AuditAction(StrEnum):
    """Kind of a change in the history."""

    CREATED = "created"
    IMPORTED = "imported"
    CHANGED = "changed"
    BILLING_STATUS = "billing_status"
    GENERATED = "generated"
    LINES_REVIEWED = "lines_reviewed"
    TAKEN_OFF = "taken_off"
    CANCELLED = "cancelled"
    RESUMED = "resumed"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    ADJUSTED = "adjusted"
    SPLIT = "split"
    INVOICED = "invoiced"
    CREDITED = "credited"
    DRAWN = "drawn"
    REVIEW_SET = "review_set"
    DELETED = "deleted"


class Anomaly(StrEnum):
    """Kind of an anomaly in a proposal."""

    OVERLAP = "overlap"
    PRICE = "price"
    OLD = "old"
    THIN = "thin"
    TOTAL = "total"
    FISCAL = "fiscal"
