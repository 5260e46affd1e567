"""What others did with a proposal since the person's last visit, each with the way to its line."""

from nicegui import ui

from storage.queries.proposals.comments import News
from ui.kit.document_history import sentence
from ui.kit.page import PageContext
from ui.review.state import ReviewState


class NewsMenu:
    """A button that counts what is new and lists it; nothing where nothing is."""

    def __init__(self, page: PageContext, state: ReviewState, news: News | None) -> None:
        self._page, self._state = page, state
        self._menu: ui.menu | None = None
        if not news or not news.count:
            return
        text = page.translator
        with ui.button(page.n("review.news", news.count), icon="fiber_new").props("flat").classes("rv-news").mark("news"):
            self._menu = ui.menu().classes("rv-news__menu")
        with self._menu, ui.element("div").props("role=list").mark("news-list"):
            ui.label(page.t("review.news.since", at=text.instant(news.since))).classes("muted small rv-news__since")
            done = [(row.at, row.actor, sentence(text, row), next(iter(news.lines_of(row)), None)) for row in news.entries]
            comments = [(row.at, row.author, row.body, row.line_id) for row in news.comments]
            for at, who, what, line_id in sorted([*done, *comments], key=lambda each: each[0], reverse=True):
                self._place_item(f"{who} · {text.instant(at)}", what, line_id)

    def open(self) -> None:
        """Show the list, if there is any."""
        if self._menu:
            self._menu.open()

    def _place_item(self, who: str, what: str, line_id: int | None) -> None:
        item = ui.menu_item(on_click=lambda: self._state.go_to(line_id) if line_id is not None else None)
        with item.classes("rv-news__item"), ui.element("div"):
            ui.label(what).classes("wrap")
            ui.label(who).classes("muted small")
