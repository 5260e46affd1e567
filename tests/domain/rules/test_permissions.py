"""Permissions of roles (spec, sections 7 and 9)."""

import pytest

from domain.rules.permissions import may
from domain.vocabulary import Permission, Role

#                     operator  manager  lead  administrator  system
TABLE = """
edit_tickets             x         x       x         x           x
import                   x         x       x         x           x
generate                 -         x       x         x           x
review                   -         x       x         x           x
submit                   -         x       x         x           x
set_billing              -         x       x         x           x
cancel_proposal          -         x       x         x           x
manage_master_data       -         x       x         x           x
invoice                  -         x       x         x           -
approve                  -         -       x         x           -
credit                   -         -       x         x           -
manage_users             -         -       -         x           x
manage_settings          -         -       -         x           -
"""
ROLES = (Role.OPERATOR, Role.BILLING_MANAGER, Role.TEAM_LEAD, Role.ADMINISTRATOR, Role.SYSTEM)
ROWS = {name: marks for name, *marks in map(str.split, TABLE.strip().splitlines())}


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: Role, permission: Permission) -> None:
    assert may(role, permission) is (ROWS[permission.value][ROLES.index(role)] == "x")
