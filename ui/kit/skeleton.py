"""What stands in for content that is still loading, in the place and the size that it will take."""

from nicegui import ui


def skeleton_lines(count: int = 3) -> ui.element:
    """A few lines of text."""
    with ui.element("div").classes("skeleton").props("aria-hidden=true") as block:
        for number in range(count):
            ui.element("div").classes("skeleton__line" + (" skeleton__line--short" if number == count - 1 else ""))
    return block


def skeleton_table(rows: int = 12) -> ui.element:
    """A list or a table."""
    with ui.element("div").classes("skeleton skeleton--table").props("aria-hidden=true") as block:
        for _ in range(rows):
            ui.element("div").classes("skeleton__row")
    return block
