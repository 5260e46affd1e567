"""The fields of a company, contact, service, contract or planning, on a page or in a sheet (spec, sections 1 and 2)."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement
from nicegui.elements.mixins.value_element import ValueElement

from domain.actions.records.edit import SeenRecord, create_record, edit_record
from domain.errors import InvalidInput
from domain.rules.records.fields import BadValues, Problem
from domain.rules.records.judge import FIELDS, judge
from domain.rules.records.tables import RecordKind
from domain.vocabulary import ContractKind, Overage, Permission
from storage.queries.records.choices import Choice, companies
from storage.queries.records.records import RecordDetail
from ui.kit.drafts import keep_draft
from ui.kit.page import PageContext
from ui.kit.search_select import SearchSelect
from ui.master_data.labels import CHECKS, REFERENCES, WORDS, cell_of, cell_of_kept, problem_sentence, typed, word


class Place(NamedTuple):
    """Where a field stands: its share of twelve columns."""

    name: str
    span: int


class Group(NamedTuple):
    """Fields that belong together, under a heading, and a word on what they do."""

    key: str
    places: tuple[Place, ...]


def _group(key: str, **spans: int) -> Group:
    return Group(key, tuple(Place(name, span) for name, span in spans.items()))


_COMPANY: Final = _group("identity", code=3, name=9, company_id=12)

FORMS: Final[dict[RecordKind, tuple[Group, ...]]] = {
    RecordKind.COMPANIES: (
        _group("identity", code=3, name=9),
        _group("fiscal", vat_number=6, tax_code=6, recipient_code=4, pec=8),
        _group("address", address=12, postal_code=2, city=6, province=2, country=2),
        _group("payment", payment_days=4, split_payment=8, needs_cig=4, cig=4, cup=4),
    ),
    RecordKind.CONTACTS: (_group("person", code=4, first_name=4, last_name=4, email=6, company_id=6),),
    RecordKind.SERVICES: (_group("identity", code=3, name=9), _group("price", hourly_rate=4, vat_rate=4, vat_nature=4)),
    RecordKind.CONTRACTS: (
        _COMPANY,
        _group("terms", kind=6, unit=3, units_total=3, hourly_rate=6, overage=6, overage_rate=6),
        _group("period", starts_on=6, ends_on=6),
    ),
    RecordKind.PLANNINGS: (_COMPANY,),
}
_LENGTHS: Final = {"province": 2, "country": 2, "cig": 10, "cup": 15, "code": 40}


class RecordForm:
    """The form of one table; `detail` is None for a new record, which may get the code `next_code`.

    `confirm` is what Enter does, `changed` hears whenever a field holds something else. Saving marks every field that is wrong.
    """

    def __init__(
        self,
        page: PageContext,
        table: RecordKind,
        detail: RecordDetail | None,
        *,
        confirm: Callable[[], Awaitable[None]],
        next_code: str = "",
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self._page, self._text, self._table = page, page.translator, table
        self._confirm, self._changed = confirm, changed
        self._next_code = next_code
        self._may_change = page.visitor.may(Permission.MANAGE_MASTER_DATA)
        self._company: SearchSelect | None = None
        self._detail = detail
        self._fields: dict[str, ValueElement[Any]] = {}
        self._boxes: dict[str, ui.element] = {}
        self._base = self._values(detail)
        with ui.element("div").classes("md-form stack").mark(f"form-{table.value}") as root:
            for group in FORMS[table]:
                self._group(group)
        if self._may_change:
            root.on("keydown.ctrl.enter", confirm)
        self._show_what_applies()

    @property
    def id(self) -> int | None:
        """The record's id; None for a new one."""
        return self._detail.seen.id if self._detail else None

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return self._now() != self._base

    @property
    def fields(self) -> dict[str, ValidationElement[Any]]:
        """The fields that can say what is wrong with them."""
        return {name: field for name, field in self._fields.items() if isinstance(field, ValidationElement)}

    def focus(self, name: str) -> None:
        """Put the person into a field, if there is one of this name."""
        if (field := self._fields.get(name)) is not None:
            field.run_method("focus")

    def follow(self, detail: RecordDetail) -> None:
        """Show what is saved by now, except where something else was typed; from now on that is what was seen."""
        now, fresh = self._now(), self._values(detail)
        untouched = [name for name in fresh if now[name] == self._base[name]]
        self._detail, self._base = detail, fresh
        for name in untouched:
            if name in REFERENCES and self._company:
                self._company.choose(_company_of(detail))
            else:
                self._fields[name].set_value(fresh[name])
        self._show_what_applies()

    def restore(self) -> None:
        """Put back what is saved."""
        self.forgive()
        for name, value in self._base.items():
            if name in REFERENCES and self._company:
                self._company.choose(_company_of(self._detail))
            else:
                self._fields[name].set_value(value)

    async def save(self) -> int:
        """Write what was typed: the record's id. Raises Refused; InvalidInput `bad_values` where fields say what is wrong."""
        self.forgive()
        cells, unread = self._cells()
        if unread:
            problems = judge(self._table, cells)[1]
            raise self._mark({problem.column: self._sentence(problem) for problem in problems} | unread)
        table, seen = self._table, self._detail.seen if self._detail else None
        try:
            if seen is None:
                return await self._page.act(
                    lambda session, actor: create_record(session, table, cells, actor=actor),
                )
            return await self._edit(seen, cells)
        except BadValues as refused:
            raise self._mark({problem.column: self._sentence(problem) for problem in refused.problems}) from None

    async def _edit(self, seen: SeenRecord, cells: dict[str, str]) -> int:
        # Names, rates and companies show, and decide, wherever tickets do.
        await self._page.act(lambda session, actor: edit_record(session, seen, cells, actor=actor))
        return seen.id

    def forgive(self) -> None:
        """Take back what was said about the last attempt."""
        for field in self.fields.values():
            field.error = None

    # ---- what stands in the fields ----

    def _values(self, detail: RecordDetail | None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column in FIELDS[self._table]:
            name = column.field
            kept = detail.seen.values[name] if detail else column.empty
            if name in WORDS:
                found[name] = kept.value if kept else None
            else:
                found[name] = kept if name in CHECKS | REFERENCES else typed(self._text, self._table, name, kept)
        if detail is None and self._table is RecordKind.CONTRACTS:
            found |= {"kind": ContractKind.UNITS.value, "unit": "hours", "overage": Overage.GO_NEGATIVE.value}
        if detail is None and self._table is RecordKind.SERVICES:
            found |= {"hourly_rate": "", "vat_rate": "22"}
        return found

    def _now(self) -> dict[str, Any]:
        return {
            name: field.value if field.value is not None or name in self._optional else "" for name, field in self._fields.items()
        }

    @property
    def _optional(self) -> frozenset[str]:
        return REFERENCES | frozenset(WORDS)

    def _cells(self) -> tuple[dict[str, str], dict[str, str]]:
        """What the rules are to read, by field, and a sentence for each field that could not be read."""
        cells, unread = {}, {}
        for name, value in self._now().items():
            if not self._boxes[name].visible:
                continue
            if self._detail and value == self._base[name]:
                # What nobody typed anew stays as it is kept, though it may be shown shorter.
                cells[name] = cell_of_kept(name, self._detail.seen.values[name])
                continue
            try:
                cells[name] = cell_of(self._text, name, value)
            except InvalidInput as refused:
                unread[name] = self._text.refusal(refused)
        return cells, unread

    def _sentence(self, problem: Problem) -> str:
        return problem_sentence(self._text, problem)

    def _mark(self, sentences: dict[str, str]) -> InvalidInput:
        """Say in each field what is wrong, and go to the first."""
        fields = self.fields
        for name in fields.keys() & sentences.keys():
            fields[name].error = sentences[name]
        first = next((name for name in fields if name in sentences), "")
        self.focus(first)
        return InvalidInput("bad_values", count=len(sentences))

    # ---- how they look ----

    def _group(self, group: Group) -> None:
        t, area = self._text.t, f"master_data.{self._table.value}.{group.key}"
        with ui.element("section").classes("md-group"):
            if self._text.knows(area):
                ui.label(t(area)).classes("section").props("role=heading aria-level=2")
            if self._text.knows(f"{area}_note"):
                ui.label(t(f"{area}_note")).classes("muted small").mark(f"note-{group.key}")
            with ui.element("div").classes("md-fields"):
                for place in group.places:
                    with ui.element("div").classes(f"md-field md-field--{place.span}") as box:
                        self._boxes[place.name] = box
                        self._place(place.name)

    def _place(self, name: str) -> None:
        label = self._text.t(f"master_data.field.{name}")
        field: ValueElement[Any]
        if name in CHECKS:
            field = ui.checkbox(label, value=self._base[name])
        elif name in REFERENCES:
            field = self._reference(label)
        elif name in WORDS:
            options = {member.value: word(self._text, name, member) for member in WORDS[name]}
            field = ui.select(options, label=label, value=self._base[name]).classes("full")
        else:
            field = self._input(name, label)
        self._fields[name] = field.mark(f"field-{name}")
        if not self._may_change:
            field.props("disable" if name in CHECKS else "readonly")
        field.on_value_change(self._something_changed)

    def _input(self, name: str, label: str) -> ui.input:
        field = ui.input(label, value=self._base[name]).classes("full").props("autocomplete=off")
        example = f"master_data.example.{name}"
        if name == "code" and self._next_code:
            field.props["placeholder"] = self._text.t("master_data.next_code", code=self._next_code)
            field.props("stack-label")
        elif self._text.knows(example):
            field.props["placeholder"] = self._text.t(example)
        if name in _LENGTHS:
            field.props(f"maxlength={_LENGTHS[name]}")
        if self._may_change:
            field.on("keydown.enter", self._confirm)
        return keep_draft(field, f"record-{name}")

    def _reference(self, label: str) -> ui.select:
        self._company = SearchSelect(
            self._page, label, lambda text: lambda session: companies(session, text), chosen=_company_of(self._detail)
        )
        return self._company.element

    def _something_changed(self) -> None:
        if len(self._fields) == len(FIELDS[self._table]):
            self._show_what_applies()
            self._changed()

    def _show_what_applies(self) -> None:
        """A contract shows what its kind needs; what does not show says nothing."""
        if self._table is not RecordKind.CONTRACTS:
            return
        kind = self._fields["kind"].value
        for name in ("unit", "units_total", "overage"):
            self._boxes[name].set_visibility(kind == ContractKind.UNITS)
        self._boxes["hourly_rate"].set_visibility(kind == ContractKind.TIME_AND_MATERIALS)
        past = kind == ContractKind.UNITS and self._fields["overage"].value == Overage.BILL
        self._boxes["overage_rate"].set_visibility(past)


def _company_of(detail: RecordDetail | None) -> Choice | None:
    id_ = detail.seen.values.get("company_id") if detail else None
    return Choice(id_, detail.company) if detail and id_ else None
