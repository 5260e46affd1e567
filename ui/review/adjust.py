"""Adjusts what one line bills (spec, section 5)."""

from domain.actions.proposals.adjust import Adjust, adjust
from domain.errors import Stale
from storage.queries.proposals.table import LineRow
from ui.kit.dialog import Dialog
from ui.review.actions import Fresh, ReviewActions
from ui.review.adjust_form import AdjustForm, values_of


async def adjust_line(actions: ReviewActions, line: LineRow) -> None:
    """Ask for new values of a line and write them, with *Annulla* afterwards."""
    page, state = actions.page, actions.state
    sheet = Dialog[tuple[int, int]](page, page.t("adjust.title"), page.t("adjust.do"), marker="adjust", wide=True)
    form = AdjustForm(page, sheet, line, actions.reasons)
    fresh = Fresh(actions, [line], values_of)

    async def write() -> tuple[int, int]:
        wanted = form.wanted()
        try:
            [now] = fresh.check()
            command = Adjust(state.detail.id, state.detail.version, now.id, *wanted, form.reason())
            await actions.act(lambda s, actor: adjust(s, command, actor=actor).version)
        except Stale:
            # Read anew by now: the next attempt is about what is shown from here on.
            fresh.lines = state.active({line.id})
            for shown in fresh.lines:
                form.about(shown)
            raise
        return now.net, wanted.net

    if written := await sheet.ask(write):
        before, after = map(page.translator.money, written)
        actions.toast.show(page.t("adjust.done", before=before, after=after), actions.undo)
