"""Guessing passwords is slow and reveals nothing (trust: invariant 11)."""

import asyncio
from itertools import pairwise

import pytest

from domain.errors import InvalidInput, PermissionDenied
from tests.ui.conftest import PASSWORD
from ui.server.passwords import hash_password, matches
from ui.server.throttle import FREE_ATTEMPTS, FREE_FOR_ADDRESS, LONGEST_FOR_NAME, Throttle


async def test_two_attempts_at_once_both_count() -> None:
    throttle = Throttle(clock=lambda: 0.0)
    results = await asyncio.gather(*(asyncio.to_thread(attempt, throttle) for _ in range(FREE_ATTEMPTS + 4)))
    assert results.count("refused") == 4


def test_the_wait_doubles_and_is_bounded_and_a_success_ends_it() -> None:
    now = [0.0]
    throttle = Throttle(clock=lambda: now[0])
    waits = []
    for _ in range(14):
        while attempt(throttle) == "refused":
            now[0] += 1
        waits.append(now[0])
    gaps = [after - before for before, after in pairwise(waits)]
    assert gaps[FREE_ATTEMPTS:] == sorted(gaps[FREE_ATTEMPTS:])
    assert gaps[-1] == LONGEST_FOR_NAME
    now[0] += 2_000
    throttle.attempt("giulia", "1.2.3.4")
    throttle.succeed("giulia", "1.2.3.4")
    assert attempt(throttle) == "counted"


def test_the_mistakes_of_some_do_not_keep_others_of_their_office_out_but_many_names_from_there_are_slowed_down() -> None:
    throttle = Throttle(clock=lambda: 0.0)
    for number in range(FREE_FOR_ADDRESS):
        assert attempt(throttle, name=f"nome {number}") == "counted"
    assert attempt(throttle, name="giulia") == "refused"


def test_guessing_one_name_from_many_addresses_is_slowed_down() -> None:
    throttle = Throttle(clock=lambda: 0.0)
    results = [attempt(throttle, address=f"10.0.0.{number}") for number in range(FREE_ATTEMPTS + 1)]
    assert results[-1] == "refused"


def test_a_name_that_does_not_exist_costs_a_verification_too(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = CountingHasher()
    monkeypatch.setattr("ui.server.passwords._hasher", hasher)
    assert not matches("x", "")
    [stored] = hasher.verified
    assert stored, "nothing was verified, which takes no time"


def test_a_password_must_be_long_enough(password_hash: str) -> None:
    assert matches(PASSWORD, password_hash)
    assert not matches(PASSWORD + " ", password_hash)
    for wrong in ("short", "x" * 201):
        with pytest.raises(InvalidInput):
            hash_password(wrong)


class CountingHasher:
    """Finds every password right, and keeps what it was asked about."""

    def __init__(self) -> None:
        self.verified: list[str] = []

    def hash(self, _password: str) -> str:
        return "hash"

    def verify(self, _password: str, stored: str) -> bool:
        self.verified.append(stored)
        return True


def attempt(throttle: Throttle, address: str = "1.2.3.4", *, name: str = "giulia") -> str:
    try:
        throttle.attempt(name, address)
    except PermissionDenied:
        return "refused"
    return "counted"
