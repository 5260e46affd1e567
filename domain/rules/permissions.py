"""Permissions of roles (spec, section 7)."""

from domain.vocabulary import Permission, Role

_OPERATOR = frozenset({Permission.EDIT_TICKETS, Permission.IMPORT})
_BILLING_MANAGER = _OPERATOR | {
    Permission.GENERATE,
    Permission.REVIEW,
    Permission.SUBMIT,
    Permission.INVOICE,
    Permission.SET_BILLING,
    Permission.CANCEL_PROPOSAL,
    Permission.MANAGE_MASTER_DATA,
}
_TEAM_LEAD = _BILLING_MANAGER | {Permission.APPROVE, Permission.CREDIT}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OPERATOR: _OPERATOR,
    Role.BILLING_MANAGER: _BILLING_MANAGER,
    Role.TEAM_LEAD: _TEAM_LEAD,
    Role.ADMINISTRATOR: _TEAM_LEAD | {Permission.MANAGE_USERS, Permission.MANAGE_SETTINGS},
    # The built-in user of the command line never approves, credits or invoices (spec, section 9); whoever can run
    # commands on the database already owns it, so it may add people.
    Role.SYSTEM: _BILLING_MANAGER - {Permission.INVOICE} | {Permission.MANAGE_USERS},
}


def may(role: Role, permission: Permission) -> bool:
    """Whether this role has this permission."""
    return permission in PERMISSIONS[role]
