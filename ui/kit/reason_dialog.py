"""Asks why, before something is suspended, not billed, rejected or cancelled (screens, Proposta): usual reasons and free text."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement

from domain.model.tickets import REASON_LENGTH
from ui.kit.dialog import Dialog
from ui.kit.drafts import keep_draft
from ui.kit.fields import ENTER, LongText
from ui.kit.form import Form
from ui.kit.page import PageContext

Act = Callable[[str], Awaitable[object]]

_KEYS: Final = 9


async def ask_reason(
    page: PageContext,
    title: str,
    action_label: str,
    *,
    reasons: Sequence[str],
    action: Act | None = None,
    detail: str = "",
    initial: str = "",
    opens: str = "",
) -> str | None:
    """The reason that a person gave, or None where they thought better of it.

    `title` says what is asked about, `detail` is a line under it, `action_label` says on the button what it will do. With
    `action` the dialog stays open while that runs: a Refused is shown inside and what was typed is kept; the dialog closes only
    once it went through. Esc cancels, Enter confirms; a digit alone stands for the usual reason of that number.
    What is typed outlives a reload; `opens` is what the page is told then, to ask again (`ui.kit.drafts.reopen("reason", …)`).
    """
    dialog = Dialog[str](page, title, action_label, marker="reason")
    with dialog.body:
        if detail:
            ui.label(detail).classes("muted").mark("reason-detail")
        form = dialog.form({"reason": initial}, labels="reason")
        keep_draft(place_reason(dialog, form, reasons).props("autofocus"), "reason", opens=opens)
    form.listeners.append(lambda: dialog.ready(bool(_tidy(form["reason"]))))

    async def give() -> str:
        reason = meant(form["reason"], reasons)
        if action:
            await action(reason)
        return reason

    dialog.ready(bool(_tidy(initial)))
    return await dialog.ask(give)


def place_reason(dialog: Dialog[Any], form: Form, reasons: Sequence[str]) -> ValueElement[Any]:
    """In the current slot: the usual reasons and, under them, the field that they fill. `meant` says what it holds."""
    t = form.page.t
    offered = ui.element("div").classes("reasons").props(f'role=group aria-label="{t("reason.usual")}"')
    offered.set_visibility(bool(reasons))
    field = form.place(LongText("reason", label="reason.text", length=REASON_LENGTH, confirms=ENTER)).mark("reason-text")
    # A reason that is there already is typed over, by a number too.
    field.on("focus", js_handler="(e) => e.target.select()")
    with offered:
        for number, reason in enumerate(reasons, start=1):
            _usual_reason(number, reason, field)
    with dialog.foot:
        ui.label(t("reason.keys", last=min(len(reasons), _KEYS)) if reasons else t("reason.keys_free"))
    return field


def _usual_reason(number: int, reason: str, text: ValueElement[Any]) -> None:
    def pick() -> None:
        text.set_value(reason)
        text.run_method("focus")

    with ui.element("button").classes("reason").props("type=button").mark(f"reason-{number}").on("click", pick):
        ui.label(str(number) if number <= _KEYS else "").classes("reason__key").props("aria-hidden=true")
        ui.label(reason).classes("reason__text")


def _tidy(text: str | None) -> str:
    return " ".join((text or "").split())


def meant(typed: str | None, reasons: Sequence[str]) -> str:
    """What was typed; a digit alone is the number of a usual reason, and one that begins a sentence is part of it."""
    text = _tidy(typed)
    usual = {str(number): reason for number, reason in enumerate(reasons[:_KEYS], start=1)}
    return usual.get(text, text)
