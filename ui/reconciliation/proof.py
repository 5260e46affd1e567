"""Whether it all adds up, in one sentence; and the whole check, on demand (spec, promises 1 and 2)."""

import re
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.vocabulary import Bucket
from storage.queries.check.check import CheckReport, check
from storage.queries.reconciliation.buckets import Difference, Proof
from ui.i18n import Translator
from ui.kit.page import PageContext


class BucketProof:
    """`show` tells the sums; *Verifica ora* runs the check; `on_refresh` reads anew what is out of date."""

    def __init__(self, page: PageContext, *, on_refresh: Callable[[], Awaitable[None]]) -> None:
        self._page = page
        self._t = page.translator
        self._on_refresh = on_refresh

    def build(self) -> None:
        """Place it."""
        with ui.element("section").classes("ct-proof full"):
            with ui.element("div").classes("line full"):
                self._icon = ui.icon("balance").classes("ct-proof__icon").props("aria-hidden=true")
                with ui.element("div").classes("grow"), ui.element("div").props("role=status"):
                    self._sentence = ui.label("").classes("strong").mark("proof")
                with ui.element("button").props("type=button").classes("quick").mark("outdated") as self._hint:
                    ui.icon("refresh").props("aria-hidden=true")
                    ui.label(self._t.t("reconciliation.outdated"))
                self._button = ui.button(self._t.t("reconciliation.check"), icon="fact_check", on_click=self._check).props(
                    "outline"
                )
                self._button.mark("check")
            self._result = ui.element("div").classes("full").props("role=status")
        self._hint.on("click", self._on_refresh)
        self._hint.set_visibility(False)

    def show(self, proof: Proof) -> None:
        """The sums, compared with what tickets and lines hold."""
        wrong = bool(proof.differences)
        if wrong:
            words = " ".join(_difference(self._t, each) for each in proof.differences)
        else:
            hours, money = self._t.hours(proof.whole.minutes), self._t.money(proof.whole.cents)
            words = self._t.t("reconciliation.adds_up", hours=hours, money=money, count=len(Bucket))
        self._sentence.set_text(words)
        self._sentence.classes(add="danger" if wrong else None, remove=None if wrong else "danger")
        self._icon.set_name("error" if wrong else "check_circle")
        self._icon.classes(add="ct-wrong" if wrong else None, remove=None if wrong else "ct-wrong")
        self._hint.set_visibility(False)

    def outdated(self) -> None:
        """Something changed since; whoever looks may want to see it."""
        self._hint.set_visibility(True)

    async def _check(self) -> None:
        if not self._button.enabled:
            return
        self._button.set_enabled(False)
        self._button.props("loading")
        try:
            report, seconds = await self._page.read(_timed_check)
        finally:
            if not self._button.is_deleted:
                self._button.set_enabled(True)
                self._button.props(remove="loading")
        if not self._result.is_deleted:
            self._tell(report, seconds)

    def _tell(self, report: CheckReport, seconds: float) -> None:
        t = self._t
        about = {"at": t.instant(datetime.now(UTC)), "seconds": t.amount(round(seconds * 100))}
        self._result.clear()
        with self._result:
            if not report.violations:
                ui.label(t.t("reconciliation.check_ok", **about)).classes("ct-ok").mark("check-result")
                return
            key = "reconciliation.check_failed"
            ui.label(t.n(key, len(report.violations), **about)).classes("danger strong").mark("check-result")
            with ui.element("ul").classes("ct-violations").mark("violations"):
                for violation in report.violations:
                    with ui.element("li"):
                        ui.label(_in_words(t, violation))


def _timed_check(session: Any) -> tuple[CheckReport, float]:
    began = time.perf_counter()
    return check(session), time.perf_counter() - began


def _difference(t: Translator, found: Difference) -> str:
    say = {"minutes": t.hours, "cents": t.money}.get(found.what, t.number)
    return t.t(f"reconciliation.differs.{found.what}", buckets=say(found.in_buckets), tickets=say(found.in_tickets))


def _in_words(t: Translator, violation: str) -> str:
    """A violation in the person's language where there is a sentence for its rule, as the check says it where there is none."""
    rule, colon, offenders = violation.partition(": ")
    key = f"violation.{re.sub(r'[^a-z]+', '_', rule.lower()).strip('_')}"
    return f"{t.t(key)}{colon}{offenders}" if t.knows(key) else violation
