"""The fields that narrow work: when, for whom, by whom, as what (spec, promise 2)."""

from collections.abc import Awaitable, Callable
from datetime import date

from nicegui import ui

from domain.reads.work_buckets import WorkFilter
from storage.queries.reconciliation.buckets import named_choices, operators
from storage.queries.records.choices import companies, services
from ui.kit.addresses.work import WorkFields, fields_of
from ui.kit.date_field import date_field
from ui.kit.list_query import date_of
from ui.kit.page import PageContext
from ui.kit.search_select import SearchSelect

Look = Callable[..., Awaitable[None]]


async def work_filters(page: PageContext, view: WorkFields, look: Look) -> None:
    """A line of fields; `look` hears what a field says now, as the view's own field."""
    narrowed = view.narrowed_work()
    names, people, catalog = await page.read(lambda s: (named_choices(s, narrowed), operators(s), services(s)))
    with ui.element("div").classes("line full ct-filter_notice"):
        for name in ("worked_from", "worked_to"):
            _date_field(page, name, date_of(getattr(view, name)), look)
        label = page.t("tickets.column.company")
        customer = SearchSelect(
            page,
            label,
            lambda text: lambda session: companies(session, text),
            chosen=names.get("company_id"),
            on_change=lambda: look(customer=str(customer.value or "")),
        )
        _inside(customer.element, label, "customer")
        by_name = {name: name for name in [*people, *filter(None, [narrowed.operator])]}
        operator = ui.select(by_name, value=narrowed.operator or None, with_input=True, clearable=True)
        operator.on_value_change(lambda event: look(operator=_operator_text(event.value)))
        _inside(operator, page.t("field.operator"), "operator")
        by_id = {choice.id: choice.label for choice in catalog}
        service = ui.select(
            by_id, value=narrowed.service_id if narrowed.service_id in by_id else None, with_input=True, clearable=True
        )
        service.on_value_change(lambda event: look(service=str(event.value or "")))
        _inside(service, page.t("field.service"), "service")


def _operator_text(value: object) -> str:
    return fields_of(WorkFilter(operator=str(value)))["operator"] if value else ""


def _inside(field: ui.select, label: str, mark: str) -> None:
    """Its name stands where the value will: a label above the value would make the line of fields higher."""
    field.props(remove="label")
    field.props["placeholder"] = field.props["aria-label"] = label
    field.classes("ct-field", remove="full").mark(mark)


def _date_field(page: PageContext, name: str, shown: date | None, look: Look) -> None:
    async def narrow(day: date | None) -> None:
        await look(**{name: day.isoformat() if day else ""})

    date_field(page.translator, page.t(f"reconciliation.{name}"), shown, narrow).classes("ct-date").mark(name)
