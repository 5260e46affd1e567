"""A form is declared: fields, in groups or one by one. It knows what was typed, what is saved, and what somebody else saved.

    FIELDS = (Group("price", (Amount("hourly_rate", 4), Amount("vat_rate", 4, short=True))), …)

    form = Form(page, {"hourly_rate": 6500, …}, labels="service.field", confirm=save)
    form.groups("service", FIELDS)
    …
    values = form.values()      # raises BadFields, each field marked
    form.follow(fresh)          # somebody else saved: what was not typed is taken over

`labels` is where the fields' names are in the locales: `<labels>.<name>`; `<labels>.<name>_hint` stands under a field, and
what `examples` makes of its name, as `service.example.{}`, in it while it is empty.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement
from nicegui.elements.mixins.value_element import ValueElement

from domain.errors import InvalidInput, Refused
from domain.rules.records.fields import InvalidFields, Problem
from ui.kit.drafts import discard_draft, keep_draft
from ui.kit.fields import Field, Text
from ui.kit.page import PageContext
from ui.kit.search_select import SearchSelect


@dataclass(frozen=True)
class Group:
    """Fields that belong together; `<area>.<key>` is their heading, `<area>.<key>_note` says what they do."""

    key: str
    fields: tuple[Field, ...]


class BadFields(InvalidInput):
    """Fields that can't be read, each with its sentence."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__("bad_values", count=len(sentences))
        self.sentences = sentences


class Form:
    """The fields, from the current slot on; `base` is what is saved, by field.

    A Dialog or a SaveBar says what Enter does (`confirm`), and is one of those who hear when a field holds something else
    (`listeners`). Drafts are kept under `<drafts>-<name>`; elements are marked `<marker>-<name>`.
    """

    aliases: ClassVar[Mapping[str, str]] = {}
    """Other names by which a refusal may mean a field."""

    def __init__(
        self, page: PageContext, base: Mapping[str, Any], *, labels: str, marker: str, drafts: str = "", examples: str = "",
        locked: bool = False,
    ) -> None:  # fmt: skip
        self.page, self.base = page, dict(base)
        self.elements: dict[str, ValueElement[Any]] = {}
        self.references: dict[str, SearchSelect] = {}
        self.boxes: dict[str, ui.element] = {}
        self.replaced: dict[str, str] = {}
        self._fields: dict[str, Field] = {}
        self._unsaved: set[str] = set()
        self._labels, self._examples, self._marker, self._drafts = labels, examples, marker, drafts or marker
        self._locked = locked
        self.confirm: Callable[[], Any] = lambda: None
        self.listeners: list[Callable[[], object]] = []
        self._note = ui.label("").classes("told wrap").props("role=status").mark(f"{marker}-note")
        self._note.set_visibility(False)

    # ---- building ----

    def groups(self, area: str, groups: tuple[Group, ...], *, classes: str = "") -> None:
        """Place groups of fields, twelve columns wide."""
        t, knows = self.page.t, self.page.translator.knows
        for group in groups:
            key = f"{area}.{group.key}"
            with ui.element("section").classes(f"form__group {classes}"):
                with ui.element("div").classes("form__about"):
                    if knows(key):
                        ui.label(t(key)).classes("section").props("role=heading aria-level=2")
                    if knows(f"{key}_note"):
                        ui.label(t(f"{key}_note")).classes("muted small").mark(f"note-{group.key}")
                self.row(*group.fields)

    def row(self, *fields: Field) -> None:
        """Place fields beside each other, each in its share of twelve columns."""
        with ui.element("div").classes("form__fields"):
            for field in fields:
                with ui.element("div").classes(f"form__field form__field--{field.span}") as self.boxes[field.name]:
                    self.place(field)

    def place(self, field: Field) -> ValueElement[Any]:
        """Place one field in the current slot."""
        name, text = field.name, self.page.translator
        self._fields[name] = field
        element = self.elements[name] = field.build(self, self.label(name)).classes("full").mark(f"{self._marker}-{name}")
        self.boxes.setdefault(name, element)
        field.put(self, self.base.get(name))
        for key, prop in ((f"{self._labels}.{name}_hint", "hint"), (self._examples.format(name), "placeholder")):
            if text.knows(key):
                element.props[prop] = text.t(key)
        element.props(f"maxlength={field.length}" if field.length else "").props(field.props)
        element.props("autofocus" if field.focus else "")
        if self._locked:
            element.props("readonly" if isinstance(element, ValidationElement) else "disable")
        elif isinstance(field, Text):
            if field.confirms:
                element.on(field.confirms, self._enter)
            if not field.password:
                keep_draft(element, f"{self._drafts}-{name}").on("back", lambda: self._came_back(name))
        return element.on_value_change(self._something_changed)

    def _enter(self) -> Any:
        return self.confirm()

    def sentence(self, problem: Problem) -> str:
        """What is wrong in a field."""
        return self.page.t(f"import.error.{problem.code}", **problem.params)

    def label(self, name: str) -> str:
        """What a field is called."""
        return self.page.t(self._fields[name].label or f"{self._labels}.{name}")

    def offer(self, name: str, options: Mapping[Any, str], value: Any) -> None:
        """Let a field offer other choices; a `value` that is none of them is replaced by the first."""
        element = cast(ui.select, self.elements[name])
        element.set_options(dict(options), value=value if value in options else next(iter(options)))

    # ---- what stands in them ----

    def __getitem__(self, name: str) -> Any:
        return self.elements[name].value

    def __setitem__(self, name: str, value: Any) -> None:
        self._fields[name].put(self, value)

    def touched(self, name: str) -> bool:
        """Whether something else than what is saved was typed in a field."""
        return not self._fields[name].same(self.page.translator, self[name], self.base.get(name))

    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return any(map(self.touched, self._fields))

    def read(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The value of each field in sight, and a sentence for each that can't be read. What nobody typed anew is as it is
        saved, though it may be shown shorter."""
        values, wrong = {}, {}
        for name, field in self._fields.items():
            if not self.boxes[name].visible:
                continue
            try:
                typed = self.touched(name) or name in self.references
                values[name] = field.read(self.page.translator, self[name]) if typed else self.base.get(name)
            except InvalidInput as refused:
                wrong[name] = self._refusal(name, refused)
        return values, wrong

    def values(self) -> dict[str, Any]:
        """What the fields say. Raises BadFields."""
        values, wrong = self.read()
        if wrong:
            raise BadFields(wrong)
        return values

    def follow(self, base: Mapping[str, Any]) -> None:
        """Show what is saved by now, except where something else was typed: what that replaces is named."""
        text, old, typed = self.page.translator, self.base, set(filter(self.touched, self._fields))
        self.base = {**old, **base}
        for name, field in self._fields.items():
            if name not in typed:
                field.put(self, self.base.get(name))
            elif self.touched(name) and not field.same(text, field.show(text, old.get(name)), self.base.get(name)):
                self.replaced[name] = self._as_text(name, field.show(text, self.base.get(name)))
        self._something_changed()

    def restore(self) -> None:
        """Put back what is saved."""
        self.saved(self.base)

    def saved(self, base: Mapping[str, Any]) -> None:
        """This is what is saved, and shown, by now: nothing that was typed is left."""
        self.forgive()
        self.base = {**self.base, **base}
        for name, field in self._fields.items():
            field.put(self, self.base.get(name))
        discard_draft(f"{self._drafts}-")
        self._something_changed()

    # ---- what is said of them ----

    def forgive(self) -> None:
        """Take back what was said about the last attempt."""
        for element in self.elements.values():
            if isinstance(element, ValidationElement):
                element.error = None

    def focus(self, name: str) -> None:
        """Put the person into a field, if there is one of this name."""
        if name in self.elements:
            self.elements[name].run_method("focus")

    def refuse(self, refused: Refused) -> bool:
        """Mark what a refusal names, and go to the first such field: whether that says it all."""
        name = str(refused.params.get("field", "reason" if refused.code.startswith("reason_") else ""))
        name = self.aliases.get(name, name)
        if isinstance(refused, BadFields):
            self._mark(refused.sentences)
        elif isinstance(refused, InvalidFields):
            self._mark({problem.column: self.sentence(problem) for problem in refused.problems})
        elif name in self.elements:
            return self._mark({name: self._refusal(name, refused)})
        return isinstance(refused, BadFields) and len(refused.sentences) == 1

    def conflicts(self) -> str:
        """Which fields are about to replace what somebody else saved, with both values; empty where none is."""
        t, rows = self.page.t, [(name, theirs) for name, theirs in self.replaced.items() if self.touched(name)]
        return " ".join(
            t("form.replaces", field=self.label(name), mine=self._as_text(name, self[name]), theirs=theirs)
            for name, theirs in rows
        )

    def tell(self, sentence: str) -> None:
        """Say something above the fields, until nothing that was typed is left."""
        self._note.set_text(sentence)
        self._note.set_visibility(bool(sentence))

    def _mark(self, sentences: Mapping[str, str]) -> bool:
        marked = {
            name: element
            for name, element in self.elements.items()
            if name in sentences and isinstance(element, ValidationElement) and element.visible
        }
        for name, element in marked.items():
            element.error = sentences[name]
        self.focus(next(iter(marked), ""))
        return bool(marked)

    def _refusal(self, name: str, refused: Refused) -> str:
        return self.page.translator.refusal(Refused(refused.code, **{**refused.params, "field": self.label(name)}))

    def _as_text(self, name: str, shown: Any) -> str:
        options = getattr(self.elements[name], "options", None)
        if isinstance(shown, bool):
            return self.page.t("master_data.yes" if shown else "master_data.no")
        return str(options.get(shown, shown) if isinstance(options, dict) else shown or "") or "—"

    def _came_back(self, name: str) -> None:
        # The text itself may still be on its way.
        self._unsaved.add(name)
        if self.touched(name):
            self._something_changed()

    def _something_changed(self) -> None:
        if self.dirty:
            if back := [self.label(name) for name in self._fields if name in self._unsaved and self.touched(name)]:
                self.tell(self.page.t("form.unsaved", fields=", ".join(back)))
        else:
            self._unsaved.clear()
            self.replaced.clear()
            self.tell("")
        for listener in self.listeners:
            listener()
