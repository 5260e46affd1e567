"""In any order of credits, the credit notes together return what was invoiced (spec, section 5)."""

from hypothesis import given
from hypothesis import strategies as st

from domain.rules.invoicing import VatKey, credit_amounts, invoice_amounts

KEYS = st.sampled_from([VatKey(2200, ""), VatKey(1000, ""), VatKey(450, ""), VatKey(0, "N2.1")])
LINES = st.lists(st.tuples(KEYS, st.integers(0, 100_000), st.integers(0, 4)), min_size=1, max_size=12)


@given(LINES, st.booleans())
def test_partial_credit_notes_add_up_to_the_invoice(lines: list[tuple[VatKey, int, int]], split_payment: bool) -> None:
    """Each line says in which note it is credited."""
    invoice = invoice_amounts([(key, net) for key, net, _ in lines], split_payment=split_payment)
    credited: dict[VatKey, tuple[int, int]] = {}
    last = max(note for *_, note in lines)
    total = payable = 0
    for note in sorted({note for *_, note in lines}):
        chosen = [(key, net) for key, net, its in lines if its == note]
        stamp_duty = invoice.stamp_duty if note == last else 0
        amounts = credit_amounts(chosen, credited, invoice.vat, stamp_duty=stamp_duty, split_payment=split_payment)
        assert all(vat >= 0 for _, vat in amounts.vat.values())
        for key, (net, vat) in amounts.vat.items():
            net_before, vat_before = credited.get(key, (0, 0))
            credited[key] = (net_before + net, vat_before + vat)
        total, payable = total + amounts.total, payable + amounts.payable
    assert credited == invoice.vat
    assert (total, payable) == (invoice.total, invoice.payable)
