"""Cents, minutes and the only rounding of the product (spec, section 4). Decimal appears here and nowhere else."""

from decimal import Decimal, InvalidOperation

MAX_CENTS = 10**11
"""Highest rate or amount, in hundredths; anything above is a typing error."""

MAX_MINUTES = 60 * 24 * 366
"""No time entry lasts more than a year."""


MAX_DIGITS = 40
"""Longest text that can be an amount."""


def line_amount(minutes: int, rate_cents: int) -> int:
    """Net of one line in cents: minutes x hourly rate (cents per hour) / 60, rounded half up, once.

    Raises ValueError on negatives: a bug, not a refusal. SQL uses the same expression (spec, section 4).
    """
    if minutes < 0 or rate_cents < 0:
        raise ValueError(f"negative minutes or rate: {minutes}, {rate_cents}")
    return (minutes * rate_cents + 30) // 60


def vat_amount(net_cents: int, vat_rate: int) -> int:
    """VAT in cents on a sum of nets; `vat_rate` in hundredths of a percent (22% = 2200), rounded half up (spec, section 4)."""
    if net_cents < 0 or vat_rate < 0:
        raise ValueError(f"negative net or rate: {net_cents}, {vat_rate}")
    return (net_cents * vat_rate + 5_000) // 10_000


def parse_hundredths(text: str, *, maximum: int = MAX_CENTS) -> int:
    """Hundredths (cents, or hundredths of a percent or unit) of a plain decimal text such as `65`, `65.5` or `65.50`.

    Raises ValueError with a stable reason word: `not_a_number`, `negative`, `too_precise`, `too_large`.
    Exponents, NaN, infinities and signs are no plain decimals (spec, section 8).
    """
    text = text.strip()
    if text.startswith("-"):
        raise ValueError("negative")
    if not text.isascii() or not text.replace(".", "", 1).isdigit() or len(text) > MAX_DIGITS:
        raise ValueError("not_a_number")
    try:
        hundredths = Decimal(text) * 100
    except InvalidOperation:
        raise ValueError("not_a_number") from None
    if hundredths != hundredths.to_integral_value():
        raise ValueError("too_precise")
    if hundredths > maximum:
        raise ValueError("too_large")
    return int(hundredths)


def format_decimal(hundredths: int) -> str:
    """Plain decimal text with a point and two digits, for files and machines: 6550 -> `65.50`."""
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{sign}{whole}.{rest:02d}"


def format_hours(minutes: int) -> str:
    """Time as h:mm, so that the printed time multiplies to the amount (spec, section 4): 105 -> `1:45`."""
    sign = "-" if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), 60)
    return f"{sign}{hours}:{rest:02d}"
