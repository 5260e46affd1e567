"""The buckets at a glance: one bar, and a figure for each that opens its tickets (spec, promise 2)."""

from typing import Final

from nicegui import ui

from domain.reads.work_buckets import WorkFilter
from domain.vocabulary import Bucket
from storage.queries.reconciliation.buckets import NO_WORK, Amount, Buckets
from ui.i18n import Translator
from ui.kit.addresses.tickets import View
from ui.kit.badges import BUCKET_ICONS, BUCKET_TONES

_THINNEST: Final = 0.4
"""Percent of the bar that work takes at least, so that it is seen."""


def worth(t: Translator, amount: Amount, unit: str) -> str:
    """Work in hours or in money."""
    return t.money(amount.cents) if unit == "money" else t.hours(amount.minutes)


class BucketBar:
    """`show` says what there is in each."""

    def __init__(self, translator: Translator) -> None:
        self._t = translator
        self._parts: dict[Bucket, ui.element] = {}
        self._labels: dict[Bucket, tuple[ui.label, ui.label, ui.label]] = {}

    def build(self) -> None:
        """Place it."""
        with ui.element("div").classes("ct-bar").props("aria-hidden=true"):
            self._parts = {bucket: ui.element("div").classes(f"ct-part ct--{BUCKET_TONES[bucket]}") for bucket in Bucket}
        with ui.element("div").classes("ct-figures"):
            for bucket in Bucket:
                self._figure(bucket)

    def _figure(self, bucket: Bucket) -> None:
        with ui.link(target=View.of_work(WorkFilter(bucket)).address).classes("ct-figure").mark(f"figure-{bucket}"):
            with ui.element("div").classes(f"ct-figure__name ct--{BUCKET_TONES[bucket]}"):
                ui.icon(BUCKET_ICONS[bucket]).props("aria-hidden=true")
                ui.label(self._t.t(f"bucket.{bucket}"))
            hours = ui.label("").classes("ct-figure__hours").mark(f"hours-{bucket}")
            money = ui.label("").classes("ct-figure__money").mark(f"money-{bucket}")
            share = ui.label("").classes("muted small")
        self._labels[bucket] = (hours, money, share)

    def show(self, buckets: Buckets, unit: str) -> None:
        """The figures; the bar is of `unit`, hours or money."""
        of = {bucket: (amount.cents if unit == "money" else amount.minutes) for bucket, amount in buckets.items()}
        whole = sum(of.values())
        for bucket in Bucket:
            amount, part = buckets.get(bucket, NO_WORK), of.get(bucket, 0)
            percent = 100 * part / whole if whole else 0
            self._parts[bucket].style(f"flex-grow: {max(percent, _THINNEST) if part else 0:.3f}")
            hours, money, share = self._labels[bucket]
            hours.set_text(self._t.hours(amount.minutes))
            money.set_text(self._t.money(amount.cents))
            share.set_text(self._t.share(part, whole))
