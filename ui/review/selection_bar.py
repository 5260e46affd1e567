"""The bar under the lines: what the selected ones come to, and what can be done with them."""

from functools import partial

from ui.kit.action_bar import ActionBar
from ui.kit.page import PageContext
from ui.review.commands import Commands
from ui.review.state import ReviewState


def place_selection_bar(page: PageContext, state: ReviewState, commands: Commands) -> None:
    """Place it, hidden until lines are selected."""
    t = page.translator
    bar = ActionBar(t.t("review.selected_lines"), "bulk")
    for verb, icon, key in (("suspend", "pause", "S"), ("not_bill", "block", "N"), ("restore", "undo", "R")):
        bar.button(t.t(f"review.{verb}"), partial(commands.run, verb), icon=icon, key=key).mark(f"bulk-{verb}")
    bar.button(t.t("review.clear"), state.deselect, key="Esc", props="flat").mark("bulk-clear")

    def render() -> None:
        lines = state.active(state.selected) if state.selected else ()
        tickets = len({line.ticket_id for line in lines})
        hours, money = t.hours(sum(line.minutes for line in lines)), t.money(sum(line.net for line in lines))
        bar.show(*((t.n("review.line", len(lines)), t.n("review.ticket", tickets), hours, money) if lines else ()))

    state.observe(render)
