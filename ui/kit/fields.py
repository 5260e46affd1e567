"""Kinds of fields of a form: how each stands on the page, shows a value, and reads what a person typed."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final, Protocol

from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement

from domain.errors import InvalidInput
from domain.money import format_hours
from storage.queries.records.choices import Choice
from ui.i18n import Translator
from ui.kit.date_field import date_input
from ui.kit.page import PageContext
from ui.kit.search_select import Search, SearchSelect
from ui.kit.widgets import toggle

Options = Mapping[Any, str] | Callable[[Translator], Mapping[Any, str]]

_DAY: Final = 24 * 60


class FormOf(Protocol):
    """What a field needs of its form."""

    page: PageContext
    base: dict[str, Any]
    elements: dict[str, ValueElement[Any]]
    references: dict[str, SearchSelect]


ENTER: Final = "keydown.enter.prevent"
"""The key that confirms from a long text that has no lines of its own."""


@dataclass(frozen=True)
class Field:
    """One declared field; `span` is its share of twelve columns. A form knows its value by `name`; `label` is the key of what it
    is called, unless it goes by its name."""

    name: str
    span: int = 12
    _: KW_ONLY
    label: str = ""
    length: int = 0
    focus: bool = False
    props: str = ""

    def build(self, form: FormOf, label: str, /) -> ValueElement[Any]:
        """Place the element in the current slot."""
        raise NotImplementedError

    def show(self, _: Translator, value: Any, /) -> Any:  # noqa:
        """What the element holds for a value."""
        return value

    def read(self, _: Translator, shown: Any, /) -> Any:  # noqa:
        """The value of what the element holds. Raises InvalidInput."""
        return shown

    def put(self, form: FormOf, value: Any, /) -> None:
        """Let the element show another value."""
        form.elements[self.name].set_value(self.show(form.page.translator, value))

    def same(self, text: Translator, shown: Any, value: Any, /) -> bool:
        """Whether what the element holds stands for `value`, written in another way perhaps."""
        if (shown or "") == (self.show(text, value) or ""):
            return True
        try:
            return bool(self.read(text, shown) == value)
        except InvalidInput:
            return False


@dataclass(frozen=True)
class Text(Field):
    """One line."""

    _: KW_ONLY
    suffix: str = ""
    password: bool = False
    confirms: str = "keydown.enter"
    """The key that confirms the form from here."""

    def build(self, _: FormOf, label: str, /) -> ValueElement[Any]:  # noqa:
        field = ui.input(label, suffix=self.suffix or None, password=self.password, password_toggle_button=self.password)
        return field.props("" if self.password else "autocomplete=off")

    def show(self, _: Translator, value: Any, /) -> str:  # noqa:
        return "" if value is None else str(value)

    def read(self, _: Translator, shown: Any, /) -> Any:  # noqa:
        return (shown or "") if self.password else (shown or "").strip()


@dataclass(frozen=True)
class LongText(Text):
    """Several lines, with a count of their characters where `counter` asks for it."""

    _: KW_ONLY
    counter: bool = False
    confirms: str = "keydown.ctrl.enter"

    def build(self, _: FormOf, label: str, /) -> ValueElement[Any]:  # noqa:
        return ui.textarea(label).props("autogrow rows=1" + (" counter" if self.counter else ""))


@dataclass(frozen=True)
class Amount(Text):
    """Hundredths; `short` leaves out decimals that say nothing, `no_zero` shows none as nothing."""

    _: KW_ONLY
    empty: int | None = None
    no_zero: bool = False
    short: bool = False
    unit: str = ""

    def show(self, text: Translator, value: Any, /) -> str:
        if value is None or (self.no_zero and not value):
            return ""
        return text.percent(value).removesuffix("%") if self.short else text.amount(value)

    def read(self, text: Translator, shown: Any, /) -> int | None:
        typed = (shown or "").strip().removesuffix(self.unit)
        return text.parse_amount(typed) if typed else self.empty


@dataclass(frozen=True)
class Whole(Text):
    """A whole number from 0 to `maximum`; nothing typed is 0."""

    _: KW_ONLY
    maximum: int
    unit: str = ""

    def read(self, _: Translator, shown: Any, /) -> int:
        digits = (shown or "0").strip().removesuffix(self.unit).strip().replace(".", "")
        if not (digits.isascii() and digits.isdecimal()) or int(digits) > self.maximum:
            raise InvalidInput("ordinal_out_of_range", maximum=self.maximum)
        return int(digits)


@dataclass(frozen=True)
class Hours(Text):
    """Minutes, as h:mm; a `clock` is a time of the day."""

    _: KW_ONLY
    clock: bool = False
    required: bool = False

    def show(self, _: Translator, value: Any, /) -> str:  # noqa:
        return "" if value is None else f"{value // 60:02d}:{value % 60:02d}" if self.clock else format_hours(value)

    def read(self, text: Translator, shown: Any, /) -> int | None:
        typed = (shown or "").strip()
        if not typed and not self.required:
            return None
        minutes = text.parse_hours(typed)
        if self.clock and minutes >= _DAY:
            raise InvalidInput("not_a_clock", value=typed[:40])
        return minutes


@dataclass(frozen=True)
class Day(Text):
    """A date, typed or picked."""

    def build(self, form: FormOf, label: str, /) -> ValueElement[Any]:
        return date_input(form.page.translator, label)

    def show(self, text: Translator, value: Any, /) -> str:
        return text.date(value) if value else ""

    def read(self, text: Translator, shown: Any, /) -> Any:
        return text.parse_date(shown) if (shown or "").strip() else None


@dataclass(frozen=True)
class Choose(Field):
    """One of a few `options`, by value; as `buttons`, all are in sight."""

    options: Options = lambda _: {}
    _: KW_ONLY
    buttons: bool = False
    clearable: bool = False

    def build(self, form: FormOf, label: str, /) -> ValueElement[Any]:
        options = dict(self.options(form.page.translator) if callable(self.options) else self.options)
        value = form.base.get(self.name)
        value = value if value in options else None
        if self.buttons:
            return toggle(options, value, label)
        return ui.select(options, label=label, value=value, clearable=self.clearable)


@dataclass(frozen=True)
class Check(Field):
    """Yes or no."""

    _: KW_ONLY
    switch: bool = False

    def build(self, _: FormOf, label: str, /) -> ValueElement[Any]:  # noqa:
        return (ui.switch if self.switch else ui.checkbox)(label)


@dataclass(frozen=True)
class Reference(Field):
    """A record that is looked for as one types; its value is a Choice, what is read is its id."""

    search: Search = lambda _: lambda _: []

    def build(self, form: FormOf, label: str, /) -> ValueElement[Any]:
        select = form.references[self.name] = SearchSelect(form.page, label, self.search, chosen=form.base.get(self.name))
        return select.element

    def show(self, _: Translator, value: Any, /) -> int | None:
        return value.id if isinstance(value, Choice) else None

    def put(self, form: FormOf, value: Any, /) -> None:
        form.references[self.name].choose(value)
