"""The fields of a company, contact, service, contract or planning, on a page or in a dialog (spec, sections 1 and 2)."""

from typing import Any, Final

from nicegui import ui

from domain.actions.records.edit import SeenRecord, create_record, edit_record
from domain.rules.records.fields import Problem
from domain.rules.records.judge import FIELDS, judge
from domain.rules.records.tables import RecordKind
from domain.vocabulary import ContractKind, ContractUnit, Overage, Permission
from storage.queries.records.choices import Choice, companies
from storage.queries.records.records import RecordDetail
from ui.i18n import Translator
from ui.kit.fields import Amount, Check, Choose, Day, Reference, Text
from ui.kit.form import BadFields, Form, Group
from ui.kit.page import PageContext
from ui.master_data.labels import WORDS, cell_of, problem_sentence, word


def _word(name: str, span: int) -> Choose:
    def options(text: Translator) -> dict[Any, str]:
        return {member: word(text, name, member) for member in WORDS[name]}

    return Choose(name, span, options)


_CODE: Final = Text("code", 3, length=40)
_NAME: Final = Text("name", 9)


def _company(span: int) -> Reference:
    return Reference("company_id", span, lambda text: lambda session: companies(session, text))


_OF_COMPANY: Final = Group("identity", (_CODE, _NAME, _company(12)))

FORMS: Final[dict[RecordKind, tuple[Group, ...]]] = {
    RecordKind.COMPANIES: (
        Group("identity", (_CODE, _NAME)),
        Group("fiscal", (Text("vat_number", 6), Text("tax_code", 6), Text("recipient_code", 4), Text("pec", 8))),
        Group(
            "address",
            (
                Text("address"), Text("postal_code", 2), Text("city", 6), Text("province", 2, length=2),
                Text("country", 2, length=2),
            ),
        ),
        Group(
            "payment",
            (
                Text("payment_days", 4), Check("split_payment", 8),
                Check("needs_cig", 4), Text("cig", 4, length=10), Text("cup", 4, length=15),
            ),
        ),
    ),
    RecordKind.CONTACTS: (
        Group(
            "person", (Text("code", 4, length=40), Text("first_name", 4), Text("last_name", 4), Text("email", 6), _company(6))
        ),
    ),
    RecordKind.SERVICES: (
        Group("identity", (_CODE, _NAME)),
        Group("price", (Amount("hourly_rate", 4), Amount("vat_rate", 4, short=True, unit="%"), Text("vat_nature", 4))),
    ),
    RecordKind.CONTRACTS: (
        _OF_COMPANY,
        Group(
            "terms",
            (
                _word("kind", 6), _word("unit", 3), Amount("units_total", 3, short=True, no_zero=True),
                Amount("hourly_rate", 6, no_zero=True), _word("overage", 6), Amount("overage_rate", 6, no_zero=True),
            ),
        ),
        Group("period", (Day("starts_on", 6), Day("ends_on", 6))),
    ),
    RecordKind.PLANNINGS: (_OF_COMPANY,),
}  # fmt: skip
_NEW: Final[dict[RecordKind, dict[str, Any]]] = {
    RecordKind.CONTRACTS: {"kind": ContractKind.UNITS, "unit": ContractUnit.HOURS, "overage": Overage.GO_NEGATIVE},
    RecordKind.SERVICES: {"hourly_rate": None, "vat_rate": 2200},
}


class RecordForm(Form):
    """The form of one table; `detail` is None for a new record, which may get the code `next_code`."""

    def __init__(
        self, page: PageContext, table: RecordKind, detail: RecordDetail | None, *, next_code: str = ""
    ) -> None:  # fmt: skip
        self._table, self._seen = table, detail.seen if detail else None
        super().__init__(
            page, _values(table, detail), labels="master_data.field", examples="master_data.example.{}", marker="field",
            drafts="record",
            locked=not page.visitor.may(Permission.MANAGE_MASTER_DATA),
        )  # fmt: skip
        with ui.element("div").classes("form stack").mark(f"form-{table.value}").on("keydown.ctrl.enter", self._enter):
            self.groups(f"master_data.{table.value}", FORMS[table])
        if next_code:
            self.elements["code"].props["placeholder"] = page.t("master_data.next_code", code=next_code)
            self.elements["code"].props("stack-label")
        if table is RecordKind.CONTRACTS:
            self.listeners.append(self._applies)
            self._applies()

    def sentence(self, problem: Problem) -> str:
        """The words of the import, but for those that speak of files."""
        return problem_sentence(self.page.translator, problem)

    @property
    def id(self) -> int | None:
        """The record's id; None for a new one."""
        return self._seen.id if self._seen else None

    def show(self, detail: RecordDetail) -> None:
        """Show what is saved by now, except where something else was typed; from now on that is what was seen."""
        self._seen = detail.seen
        self.follow(_values(self._table, detail))

    async def save(self) -> int:
        """Write what was typed: the record's id. Raises Refused, naming every field that is wrong."""
        values, wrong = self.read()
        cells = {name: cell_of(name, value) for name, value in values.items()}
        if wrong:
            problems = judge(self._table, cells)[1]
            raise BadFields({problem.column: self.sentence(problem) for problem in problems} | wrong)
        table, seen = self._table, self._seen
        if seen is None:
            return await self.page.act(lambda session, actor: create_record(session, table, cells, actor=actor))
        return await self._edit(seen, cells)

    async def _edit(self, seen: SeenRecord, cells: dict[str, str]) -> int:
        await self.page.act(lambda session, actor: edit_record(session, seen, cells, actor=actor))
        return seen.id

    def _applies(self) -> None:
        """A contract shows what its kind needs; what does not show says nothing."""
        kind = self["kind"]
        for name in ("unit", "units_total", "overage"):
            self.boxes[name].set_visibility(kind == ContractKind.UNITS)
        self.boxes["hourly_rate"].set_visibility(kind == ContractKind.TIME_AND_MATERIALS)
        self.boxes["overage_rate"].set_visibility(kind == ContractKind.UNITS and self["overage"] == Overage.BILL)


def _values(table: RecordKind, detail: RecordDetail | None) -> dict[str, Any]:
    if detail is None:
        return {column.field: column.empty for column in FIELDS[table]} | _NEW.get(table, {})
    company = detail.seen.values.get("company_id")
    return {**detail.seen.values, "company_id": Choice(company, detail.company) if company else None}
