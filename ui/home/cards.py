"""The cards of the home page: what waits, how much it is worth, and the way to it (screens)."""

from datetime import UTC, datetime
from typing import Final

from nicegui import ui

from storage.queries.home.figures import Card, Figure
from ui.home.labels import address
from ui.i18n import Translator
from ui.kit.elements import decorative_icon

_STYLES: Final = {
    Card.TO_BILL: ("to_bill", "radio_button_unchecked"),
    Card.DRAFTS: ("to_bill", "edit_note"),
    Card.SENT_BACK: ("suspended", "reply"),
    Card.DUE: ("suspended", "event_busy"),
    Card.TO_INVOICE: ("service_contract", "task_alt"),
    Card.TO_APPROVE: ("proposed", "how_to_reg"),
    Card.NOT_BILLED: ("not_billed", "block"),
    Card.CREDITED: ("not_billed", "undo"),
    Card.PROOF: ("billed", "fact_check"),
    Card.NOT_CLOSED: ("open", "timelapse"),
    Card.WITHOUT_SERVICE: ("to_bill", "label_off"),
    Card.WITHOUT_CUSTOMER: ("to_bill", "domain_disabled"),
    Card.THIS_MONTH: ("open", "calendar_month"),
}
_ELSEWHERE: Final = {Card.TO_APPROVE: "/approvals", Card.PROOF: "/reconciliation"}
"""Where something is done about it, which is better than its list."""

_BLANK: Final = "\u00a0"
"""Keeps the place of a line that is not known yet."""


class HomeCard:
    """One card, from the first moment in the size that it keeps."""

    def __init__(self, translator: Translator, card: Card) -> None:
        self._t, self._card = translator, card
        tone, icon = _STYLES[card]
        with ui.link(target="/").classes(f"hm-card hm-card--waits hm--{tone}").mark(f"card-{card}") as self._link:
            with ui.element("div").classes("hm-card__name"):
                decorative_icon(icon)
                ui.label(translator.t(f"home.card.{card}"))
            self._count = ui.label(_BLANK).classes("hm-card__count").mark(f"card-count-{card}")
            self._worth = ui.label(_BLANK).classes("hm-card__worth").mark(f"card-worth-{card}")
            self._note = ui.label(_BLANK).classes("hm-card__note").mark(f"card-note-{card}")

    def show(self, figure: Figure) -> None:
        """What waits; where nothing does, what that means and where it would come from."""
        t, card = self._t, self._card
        idle = not figure.count and card is not Card.PROOF
        parts = [t.hours(figure.minutes)] if figure.minutes else []
        parts += [t.money(figure.cents)] if figure.cents else []
        head = t.number(figure.count)
        if card is Card.PROOF:
            head = t.n("home.proof_differs", figure.count) if figure.count else t.t("home.proof_ok")
        self._count.set_text(head)
        self._worth.set_text(" · ".join(parts) or _BLANK)
        self._note.set_text(self._note_text(figure))
        self._link.classes(remove="hm-card--waits hm-card--none").classes("hm-card--none" if idle else "")
        behind = address(figure.opens) if figure.opens else "/tickets"
        self._link.props["href"] = _ELSEWHERE.get(card, behind)
        self._link.update()

    def _note_text(self, figure: Figure) -> str:
        if figure.oldest:
            return self._t.t("home.oldest", ago=self._t.ago(figure.oldest, datetime.now(UTC)))
        return self._t.t(f"home.card_{'some' if figure.count else 'none'}.{self._card}")
