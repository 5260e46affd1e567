"""The words of the business (spec, section 1), stored by value. Screens translate them by `StrEnum` name and value."""

from enum import StrEnum


class TicketStatus(StrEnum):
    """How far the work on a ticket is; separate from its billing."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    CLOSED = "closed"


class BillingStatus(StrEnum):
    """Where a ticket stands in billing (spec, section 3). A ticket billed through a planning has none: the column is NULL."""

    TO_BILL = "to_bill"
    SERVICE_CONTRACT = "service_contract"
    NOT_BILLED = "not_billed"
    BILLED = "billed"
    SUSPENDED = "suspended"
    PROPOSED = "proposed"


class BillingEvent(StrEnum):
    """What makes the system, or a person, set a billing status (spec, section 3)."""

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
    """Life of a proposal (spec, section 5)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    INVOICED = "invoiced"
    CANCELLED = "cancelled"


UNDER_WAY = frozenset({ProposalStatus.SUBMITTED, ProposalStatus.APPROVED})
"""States past review: somebody decides, or has decided, about what the proposal holds."""


class LineState(StrEnum):
    """What was decided on a proposal line. A RELEASED line holds no entries any more: taken off, or cancelled."""

    BILL = "bill"
    SUSPENDED = "suspended"
    NOT_BILLED = "not_billed"
    RELEASED = "released"


class Bucket(StrEnum):
    """Where billable work of closed tickets stands; every minute of it in exactly one (spec, promise 2)."""

    TO_BILL = "to_bill"
    PROPOSED = "proposed"
    SUSPENDED = "suspended"
    NOT_BILLED = "not_billed"
    CONTRACT = "contract"
    PLANNING = "planning"
    INVOICED = "invoiced"


class InvoiceKind(StrEnum):
    """What an issued document is (spec, section 1)."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class NoticeKind(StrEnum):
    """What a person is told of a proposal (spec, section 5)."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    COMMENTED = "commented"


class RateSource(StrEnum):
    """Which rate a line's unit price came from (spec, section 4)."""

    TICKET = "ticket"
    SERVICE = "service"


class ContractKind(StrEnum):
    """Kinds of service contract (spec, section 6)."""

    TIME_AND_MATERIALS = "time_and_materials"
    UNITS = "units"
    FLAT = "flat"


class ContractUnit(StrEnum):
    """What a units contract counts."""

    HOURS = "hours"
    DAYS = "days"
    INCIDENTS = "incidents"


class Overage(StrEnum):
    """What a contract does past its last unit."""

    GO_NEGATIVE = "go_negative"
    BILL = "bill"
    REFUSE = "refuse"


class MissingField(StrEnum):
    """What somebody still has to say about a ticket before it can be billed."""

    SERVICE = "service"
    CUSTOMER = "customer"


class Refusal(StrEnum):
    """Why a ticket can't be billed (spec, section 4), in the order in which the rules are read."""

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
    """Who a person is (spec, section 7). SYSTEM is the built-in user of commands run without a name (spec, section 9)."""

    OPERATOR = "operator"
    BILLING_MANAGER = "billing_manager"
    TEAM_LEAD = "team_lead"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Permission(StrEnum):
    """What a role may do; one per kind of action."""

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
    """What an audit entry says was done."""

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
    """What about a proposal deserves a second look."""

    OVERLAP = "overlap"
    PRICE = "price"
    OLD = "old"
    THIN = "thin"
    TOTAL = "total"
    FISCAL = "fiscal"
