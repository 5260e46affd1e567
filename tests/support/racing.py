"""Runs jobs in parallel processes or threads at the same moment, and collects their outcomes."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from typing import Any

from domain.errors import Refused
from storage.database import Database
from tests.support.forking import context

START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a job: a result, or the code and parameters of a refusal."""

    result: Any = None
    refusal: str = ""
    params: Mapping[str, Any] | None = None


Job = Callable[[Database], Any]
"""A job on a database. It crosses a process boundary, so it is a function of a module with its arguments bound by
`functools.partial`, and so is its result."""


def race_processes(url: str, jobs: Sequence[Job], *, seconds: float = START_SECONDS) -> list[Outcome]:
    """Run each job in its own process, started together by a barrier; outcomes in the order of `jobs`."""
    barrier, answers = context.Barrier(len(jobs)), context.Queue()
    runners = [context.Process(target=_run, args=(url, job, n, barrier, answers)) for n, job in enumerate(jobs)]
    for runner in runners:
        runner.start()
    found = dict(answers.get(timeout=seconds) for _ in jobs)
    for runner in runners:
        runner.join(START_SECONDS)
    return [found[n] for n in range(len(jobs))]


def _run(url: str, job: Job, number: int, barrier: Any, answers: Any) -> None:
    database = Database(url)
    # Connected before the start, so that nobody is late for that.
    with database.read():
        pass
    barrier.wait(START_SECONDS)
    answers.put((number, outcome_of(lambda: job(database))))
    database.dispose()


def race_threads(jobs: Sequence[Callable[[], Any]]) -> list[Outcome]:
    """Run each job in a thread of this process, started together by a barrier; outcomes in the order of `jobs`."""
    barrier = threading.Barrier(len(jobs))
    found: dict[int, Outcome] = {}

    def run(number: int, job: Callable[[], Any]) -> None:
        barrier.wait(START_SECONDS)
        found[number] = outcome_of(job)

    runners = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(START_SECONDS)
    return [found[n] for n in range(len(jobs))]


def outcome_of(job: Callable[[], Any]) -> Outcome:
    """The outcome of a job. Bugs propagate."""
    try:
        return Outcome(job())
    except Refused as refused:
        return Outcome(refusal=refused.code, params=dict(refused.params))


@contextmanager
def stopped_at(url: str, job: Callable[[Database, Any], Any]) -> Iterator[ForkServerProcess]:
    """A process that runs `job` up to the point where the job sets its event and waits."""
    reached = context.Event()
    runner = context.Process(target=_run_until, args=(url, job, reached))
    runner.start()
    try:
        assert reached.wait(START_SECONDS), "the process never came to the point"
        yield runner
    finally:
        if runner.is_alive():
            runner.kill()
        runner.join(START_SECONDS)


def _run_until(url: str, job: Callable[[Database, Any], Any], reached: Any) -> None:
    job(Database(url), reached)


def kill_now(runner: ForkServerProcess) -> None:
    """Kill the process as a power cut would: no handler runs, no connection is closed."""
    assert runner.pid
    os.kill(runner.pid, signal.SIGKILL)
    runner.join(START_SECONDS)
    assert runner.exitcode == -signal.SIGKILL
