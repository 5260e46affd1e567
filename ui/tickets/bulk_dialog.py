"""Changes the state, the rate or the contract of many tickets: what it would do stands in the dialog before it is done."""

from typing import Any, Final, Literal

from nicegui import events, ui

from domain.actions.tickets.bulk_change import BulkChange, Effect, RefusedGroup, bulk_change, preview_bulk
from domain.actions.tickets.bulk_kinds import Change, ToContract, ToRate, ToStatus
from domain.errors import InvalidInput, Refused, Stale
from domain.reads.selection import Selection
from domain.rules.billing_status import REASON_REQUIRED
from domain.vocabulary import BillingStatus
from storage.queries.proposals.table import usual_reasons
from storage.queries.records.choices import Choice, contracts_for
from ui.kit.dialog import Dialog
from ui.kit.fields import Amount, Choose, Reference
from ui.kit.form import BadFields
from ui.kit.page import PageContext
from ui.kit.reason_dialog import meant, place_reason
from ui.kit.skeleton import skeleton_lines
from ui.server.gateway import Query

What = Literal["status", "rate", "contract"]

_NONE: Final = "none"
_GROUPS: Final = 50
_LONGEST_RATE: Final = 40
_LINK: Final = "link"
_UNLINK: Final = "unlink"


class BulkDialog:
    """One opening of the dialog, for one selection and one kind of change."""

    def __init__(self, page: PageContext, selection: Selection, what: What) -> None:
        self._page = page
        self._t = page.translator
        self._selection = selection
        self._what = what
        self._asked = 0
        self._change: Change | None = None
        self._effect: Effect | None = None
        self._sheet = Dialog[Effect](page, page.t(f"grid.bulk.{what}"), page.t("grid.bulk.choose"), marker="bulk", wide=True)
        self._reasons: list[str] = []

    async def open(self) -> Effect | None:
        """What was done, or None where the person thought better of it."""
        self._reasons = await self._page.read(usual_reasons)
        with self._sheet.body:
            self._form = self._sheet.form({"way": _LINK}, labels="ticket.field")
            {"status": self._place_status, "rate": self._place_rate, "contract": self._place_contract}[self._what]()
        if self._what == "contract":
            # What can be chosen is there at once: an empty list would not even open.
            contracts = self._form.references["contract"]
            await contracts.look("")
            if not contracts.element.options:
                contracts.element.props["hint"] = self._t.t("grid.bulk.no_contract")
                contracts.element.disable()
        with self._sheet.body:
            self._told = ui.element("div").classes("bulk").props("role=status").mark("bulk-effect")
        self._sheet.ready(False)
        return await self._sheet.ask(self._do)

    # ---- what is asked for

    def _place_status(self) -> None:
        named: dict[Any, str] = {status: self._t.t(f"billing_status.{status}") for status in BillingStatus}
        named[_NONE] = self._t.t("billing_status.none")
        named.pop(BillingStatus.PROPOSED)
        status = Choose("status", label="ticket.field.billing_status", options=named, focus=True)
        self._form.place(status).on_value_change(self._look)
        place_reason(self._sheet, self._form, self._reasons).on_value_change(self._typed)

    def _place_rate(self) -> None:
        rate = self._form.place(
            Amount("hourly_rate", suffix="€/h", focus=True, confirms="", props="inputmode=decimal debounce=300")
        )
        rate.mark("bulk-rate").on_value_change(self._look)
        rate.on("keydown.enter", self._entered, js_handler="(e) => emit(e.target.value)")
        ui.label(self._t.t("grid.bulk.rate_hint")).classes("muted small")

    def _place_contract(self) -> None:
        ways = {_LINK: self._t.t("grid.bulk.link"), _UNLINK: self._t.t("grid.bulk.unlink")}
        for field in (
            Choose("way", label="grid.bulk.contract", options=ways, buttons=True),
            Reference("contract", label="ticket.field.contract_id", search=self._contracts),
        ):
            self._form.place(field).on_value_change(self._look)

    def _contracts(self, text: str) -> Query[list[Choice]]:
        return lambda session: contracts_for(session, self._selection, text)

    def _wanted(self) -> Change | None:
        """The change that the fields mean; None while something is missing. Raises BadFields."""
        values = self._form.values()
        if self._what == "rate":
            return ToRate(values["hourly_rate"]) if values["hourly_rate"] is not None else None
        if self._what == "contract":
            if values["way"] == _UNLINK:
                return ToContract(None)
            return ToContract(values["contract"]) if values["contract"] is not None else None
        if values["status"] is None:
            return None
        status = None if values["status"] == _NONE else BillingStatus(values["status"])
        reason = meant(values["reason"], self._reasons)
        return None if status in REASON_REQUIRED and not reason else ToStatus(status, reason)

    async def _typed(self) -> None:
        """The reason decides whether there is a change at all, not what it does."""
        wanted = self._wanted()
        if wanted is None or self._change is None:
            await self._look()
        else:
            self._change = wanted

    async def _entered(self, event: events.GenericEventArguments) -> None:
        """Confirms what was previewed. A rate that was typed since, faster than it could be told, is previewed first."""
        if isinstance(event.args, str) and event.args.strip() != (self._form["hourly_rate"] or "").strip():
            self._form.elements["hourly_rate"].set_value(event.args[:_LONGEST_RATE])
        else:
            await self._sheet.confirm()

    # ---- what it would do

    async def _look(self) -> None:
        self._asked += 1
        asked = self._asked
        self._effect = self._change = None
        self._sheet.ready(False)
        self._sheet.forgive()
        if self._what == "contract":
            self._form.elements["contract"].set_visibility(self._form["way"] == _LINK)
        self._told.clear()
        try:
            change = self._wanted()
        except BadFields as wrong:
            self._sheet.go.set_text(self._t.t("grid.bulk.choose"))
            self._form.refuse(wrong)
            return
        if change is None:
            self._sheet.go.set_text(self._t.t("grid.bulk.choose"))
            return
        with self._told:
            skeleton_lines(2)
        self._change = change
        command = BulkChange(self._selection, change)
        try:
            effect = await self._page.act(lambda session, actor: preview_bulk(session, command, actor=actor))
        except Refused as refused:
            if asked == self._asked:
                self._told.clear()
                with self._told:
                    ui.label(self._t.refusal(refused)).classes("danger wrap").mark("bulk-impossible")
            return
        if asked == self._asked and not self._told.is_deleted:
            self._show(effect)

    def _show(self, effect: Effect) -> None:
        t = self._t
        self._effect = effect
        self._told.clear()
        with self._told:
            parts = [t.n("grid.bulk.changed", effect.changed)]
            if effect.unchanged:
                parts.append(t.n("grid.bulk.unchanged", effect.unchanged))
            ui.label(" · ".join(parts)).classes("strong").mark("bulk-changed")
            if effect.changed:
                before, after = (f"{t.hours(worth.minutes)} · {t.money(worth.value)}" for worth in (effect.before, effect.after))
                ui.label(t.t("grid.bulk.worth", before=before, after=after)).classes("num bulk__worth").mark("bulk-worth")
            if effect.refused:
                self._list(effect.refused)
        self._sheet.go.set_text(self._go_words(effect.changed))
        self._sheet.ready(effect.changed > 0)

    def _list(self, groups: tuple[RefusedGroup, ...]) -> None:
        t = self._t
        ui.label(t.n("grid.bulk.refused", sum(group.count for group in groups))).classes("strong").mark("bulk-stay")
        with ui.element("ul").classes("bulk__why"):
            for group in groups[:_GROUPS]:
                with ui.element("li").mark(f"bulk-stay-{group.refused.code}"):
                    ui.label(t.number(group.count)).classes("num strong")
                    with ui.element("div").classes("grow"):
                        ui.label(t.refusal(group.refused)).classes("wrap")
                        more = group.count - len(group.numbers)
                        names = ", ".join(group.numbers)
                        ui.label(f"{names} {t.n('grid.bulk.more', more)}" if more else names).classes("muted small wrap")

    def _go_words(self, count: int) -> str:
        t = self._t
        if not count:
            return t.t("grid.bulk.nothing")
        if isinstance(self._change, ToStatus):
            return t.n("grid.bulk.go_status", count, status=t.t(f"billing_status.{self._change.status or _NONE}"))
        if isinstance(self._change, ToRate):
            return t.n("grid.bulk.go_rate", count, rate=t.money(self._change.rate))
        return t.n("grid.bulk.go_unlink" if self._change == ToContract(None) else "grid.bulk.go_link", count)

    async def _do(self) -> Effect:
        effect, change = self._effect, self._change
        if effect is None or change is None:
            raise InvalidInput("bulk_nothing")
        command = BulkChange(self._selection, change, effect.fingerprint)

        def act(session: Any, actor: Any) -> Effect:
            return bulk_change(session, command, actor=actor)

        try:
            return await self._page.act(act)
        except Stale:
            # What it would do now is shown; to confirm again is to have seen that.
            await self._look()
            raise
