"""Why a line costs what it costs, in words: rate, minutes, rounding, and who adjusted what (spec, section 4)."""

from collections.abc import Iterator

from nicegui import ui

from domain.vocabulary import ContractKind, RateSource
from storage.queries.proposals.price import PriceFacts, price_facts
from storage.queries.proposals.table import LineRow
from ui.i18n import Translator
from ui.kit.dialog import Dialog
from ui.review.actions import ReviewActions
from ui.review.adjust_form import first_values
from ui.review.labels import adjusted_label, calculation, line_label, product

_HOUR = 60


async def show_price(actions: ReviewActions, line: LineRow) -> None:
    """A sheet that explains the price of `line`. Raises NotFound where the line is gone."""
    page = actions.page
    facts = await page.read(lambda session: price_facts(session, line.id))
    sheet = Dialog[None](page, page.t("why.title"), "", marker="why", wide=True)
    with sheet.body:
        ui.label(line_label(line)).classes("muted wrap")
        with ui.element("dl").classes("why").mark("why-facts"):
            for name, sentences in reasons(page.translator, line, facts):
                with ui.element("dt"):
                    ui.label(page.t(f"why.{name}"))
                with ui.element("dd"):
                    for sentence in sentences:
                        ui.label(sentence).classes("wrap").mark(f"why-{name}")

    async def nothing() -> None:
        return None

    await sheet.ask(nothing)


def reasons(text: Translator, line: LineRow, facts: PriceFacts) -> Iterator[tuple[str, list[str]]]:
    """What the price is made of, by name, each in a few sentences."""
    first = first_values(line)
    yield "rate", [rate_label(text, line, facts, first.rate)]
    time = [text.n("why.time_of", facts.entries, whole=text.hours(first.minutes), worked=text.hours(facts.worked))]
    if facts.covered:
        time.append(text.t("why.covered", covered=text.hours(facts.covered), contract=facts.contract))
    yield "time", time
    amount = [product(text, line.minutes, line.rate), rounding_label(text, line)]
    if line.entries > 1 and not line.adjusted:
        amount.append(calculation(text, line))
    yield "amount", amount
    if line.adjusted:
        yield "adjusted", [adjusted_label(text, line)]
    vat = text.t("why.vat_of", rate=text.percent(line.vat_rate), nature=line.vat_nature)
    yield "vat", [vat.strip()]


def rate_label(text: Translator, line: LineRow, facts: PriceFacts, rate: int) -> str:
    """Which rate applied before anybody adjusted it, and what the list says."""
    words = {"rate": text.money(rate), "list": text.money(line.list_rate), "service": line.service_name}
    if line.rate_source is RateSource.SERVICE:
        return text.t("why.rate.service", **words)
    if not facts.rate_from_contract:
        return text.t("why.rate.ticket", ticket=line.ticket_number, **words)
    kind = "overage" if facts.contract_kind is ContractKind.UNITS else "contract"
    return text.t(f"why.rate.{kind}", contract=facts.contract, **words)


def rounding_label(text: Translator, line: LineRow) -> str:
    """What rounding did: nothing, or what the product is beyond the cent and what became of it."""
    cents, rest = divmod(line.minutes * line.rate, _HOUR)
    if rest == 0:
        return text.t("why.exact")
    beyond, more = divmod(rest * 100, _HOUR)
    exact = f"{text.amount(cents)}{beyond:02d}".rstrip("0") + ("…" if more else "")
    return text.t("why.rounded", exact=exact, net=text.money(line.net))
