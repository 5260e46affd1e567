"""Passwords: argon2 hashes, verified in the same time for existing and unknown names."""

import secrets
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError

from domain.errors import InvalidInput

SHORTEST, LONGEST = 10, 200

_hasher = PasswordHash.recommended()


def hash_password(password: str) -> str:
    """The hash to store. Raises InvalidInput for a password that is too short or too long."""
    if len(password) < SHORTEST:
        raise InvalidInput("password_short", minimum=SHORTEST)
    if len(password) > LONGEST:
        raise InvalidInput("password_long", maximum=LONGEST)
    return _hasher.hash(password)


def matches(password: str, stored: str) -> bool:
    """Whether `password` matches the hash `stored`. An empty `stored` takes the same time and never matches."""
    try:
        verified = _hasher.verify(password[:LONGEST], stored or _nobody())
    except UnknownHashError:
        return False
    return verified and bool(stored) and len(password) <= LONGEST


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe())
