"""Values of master data as people read and type them, what is wrong with them, and what happened to them, in sentences."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from domain.errors import Refused
from domain.money import format_decimal
from domain.rules.records.fields import Problem
from domain.rules.records.tables import RecordKind
from domain.vocabulary import AuditAction, ContractKind, ContractUnit, Overage
from storage.queries.records.names import NAMED
from storage.queries.tickets.detail import HistoryRow
from ui.i18n import Translator
from ui.kit.history import Change, Description, Names

WORDS: Final[Mapping[str, type[StrEnum]]] = {"kind": ContractKind, "unit": ContractUnit, "overage": Overage}
"""Fields that hold a word of the vocabulary."""

_VOCABULARY: Final = {"kind": "contract_kind", "unit": "contract_unit", "overage": "overage"}
_RATES: Final = frozenset({"hourly_rate", "overage_rate"})
_AMOUNTS: Final = _RATES | {"units_total", "vat_rate"}
_DATES: Final = frozenset({"starts_on", "ends_on"})
# A service that costs nothing, or bears no VAT, says so; a contract that lacks a rate has none.
_ZERO_MEANS_NONE: Final = frozenset({"overage_rate", "units_total"})


def path_of(table: RecordKind, id_: int, field: str = "") -> str:
    """The address of a record; with a `field`, of the place where that is mended."""
    return f"/{table.value}/{id_}" + (f"?field={field}" if field else "")


def word(text: Translator, name: str, value: Any) -> str:
    """The label of a word of the vocabulary."""
    return text.t(f"{_VOCABULARY[name]}.{value}")


def shown(text: Translator, name: str, value: Any) -> str:
    """A value as a list or the history shows it; empty where there is none."""
    if isinstance(value, bool):
        return text.t("master_data.yes" if value else "master_data.no")
    if value in (None, "") or (value == 0 and name in _ZERO_MEANS_NONE):
        return ""
    if name in WORDS:
        return word(text, name, value)
    if name in _RATES:
        return text.money(value)
    if name == "vat_rate":
        return text.percent(value)
    return _short(text, value) if name == "units_total" else _plain(text, name, value)


def _plain(text: Translator, name: str, value: Any) -> str:
    if name in _DATES:
        return text.date(value if isinstance(value, date) else date.fromisoformat(value))
    return text.number(value) if isinstance(value, int) else str(value)


def _short(text: Translator, hundredths: int) -> str:
    """`40`, `2,5`: without decimals that say nothing."""
    return text.percent(hundredths).removesuffix("%")


def cell_of(name: str, value: Any) -> str:
    """A value as the rules of the import read it."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return ""
    return format_decimal(value) if name in _AMOUNTS and isinstance(value, int) else str(value)


def problem_sentence(text: Translator, problem: Problem) -> str:
    """What is wrong in a field: the import's words, but for those that speak of files."""
    params = {name: text.t(f"contract_kind.{value}") if name == "kind" else value for name, value in problem.params.items()}
    own = f"master_data.error.{problem.code}"
    return text.t(own if text.knows(own) else f"import.error.{problem.code}", **params)


def in_use(text: Translator, refused: Refused) -> Refused:
    """The refusal to delete, with what uses the record in words."""
    uses = ", ".join(text.t(f"master_data.use.{name}") for name in refused.params["uses"])
    return Refused(refused.code, code=refused.params["code"], uses=uses)


def describe(text: Translator, names: Names, row: HistoryRow) -> Description:
    """An entry of the history of a record, in words."""
    if set(row.after) == {"retired"}:
        return Description(
            text.t("master_data.history.retired" if row.after["retired"] else "master_data.history.back"), (), row.reason
        )
    key = f"master_data.history.{row.action}"
    what = text.t(key) if text.knows(key) else text.t(f"audit_action.{row.action}")
    known = [name for name in (*row.before, *row.after) if text.knows(f"master_data.field.{name}")]
    changes = [_change(text, names, row, name) for name in dict.fromkeys(known)]
    if row.action is not AuditAction.CHANGED:
        changes = [change for change in changes if change.after]
    return Description(what, tuple(changes), row.reason)


def _change(text: Translator, names: Names, row: HistoryRow, name: str) -> Change:
    before, after = (_side(text, names, name, side.get(name)) for side in (row.before, row.after))
    return Change(text.t(f"master_data.field.{name}"), before, after)


def _side(text: Translator, names: Names, name: str, value: Any) -> str:
    if name in NAMED and isinstance(value, int):
        return names.get((name, value), f"#{value}")
    return shown(text, name, value)
