"""Asks why, before something is suspended, not billed, rejected or cancelled (screens, Proposta): usual reasons and free text."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from nicegui import ui

from domain.model.tickets import REASON_LENGTH
from ui.kit.dialog import Dialog
from ui.kit.drafts import keep_draft
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
    sheet = Dialog[str](page, title, action_label, marker="reason")
    if detail:
        with sheet.body:
            ui.label(detail).classes("muted").mark("reason-detail")
    text = keep_draft(place_reason(page, sheet, reasons, initial=initial).props("autofocus"), "reason", opens=opens)

    def typed() -> None:
        sheet.forgive()
        sheet.ready(bool(_tidy(text.value)))

    async def give() -> str:
        reason = meant(text.value, reasons)
        if action:
            await action(reason)
        return reason

    text.on_value_change(typed)
    sheet.ready(bool(_tidy(initial)))
    return await sheet.ask(give)


def place_reason(page: PageContext, sheet: Dialog[Any], reasons: Sequence[str], *, initial: str = "") -> ui.textarea:
    """At the end of a sheet: the usual reasons and, under them, the field that they fill. `meant` says what it holds."""
    t = page.t
    with sheet.body:
        offered = ui.element("div").classes("reasons").props(f'role=group aria-label="{t("reason.usual")}"')
        offered.set_visibility(bool(reasons))
        text = ui.textarea(t("reason.text"), value=initial).mark("reason-text").classes("full")
        text.props(f"autogrow rows=1 maxlength={REASON_LENGTH}").on("keydown.enter.prevent", sheet.confirm)
        # A reason that is there already is typed over, by a number too.
        text.on("focus", js_handler="(e) => e.target.select()")
    with offered:
        for number, reason in enumerate(reasons, start=1):
            _usual_reason(number, reason, text)
    with sheet.foot:
        ui.label(t("reason.keys", last=min(len(reasons), _KEYS)) if reasons else t("reason.keys_free"))
    return text


def _usual_reason(number: int, reason: str, text: ui.textarea) -> None:
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
