"""Every reason why a ticket can't be billed has its fix on screen, declared once, and its sentences."""

import pytest

from domain.vocabulary import BillingStatus, Refusal
from storage.queries.tickets.billing_issues import BillingIssue
from ui.i18n import LANGUAGES, translator
from ui.preflight.fixes import FIXED_ELSEWHERE, FIXES
from ui.preflight.labels import issue_advice, issue_key, issue_name

STATES = ("", *(status.value for status in BillingStatus if status not in (BillingStatus.TO_BILL, BillingStatus.PROPOSED)))
ISSUES = [
    BillingIssue(code, state) for code in Refusal for state in (STATES if code is Refusal.NOT_TO_BILL else ("",))
]  # fmt: skip


@pytest.mark.parametrize("code", Refusal)
def test_every_refusal_has_a_fix_or_is_said_to_be_fixed_elsewhere(code: Refusal) -> None:
    assert code in {fix.code for fix in FIXES.values()} | FIXED_ELSEWHERE


@pytest.mark.parametrize("issue", FIXES)
def test_a_fix_offers_one_control_and_changes_something(issue: BillingIssue) -> None:
    fix = FIXES[issue]
    assert (fix.field is None) != (not fix.press)
    assert fix.change or issue.code is Refusal.NO_TIME_ENTRIES
    assert fix.change or not fix.many


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("issue", ISSUES, ids=issue_key)
def test_every_issue_is_named_explained_and_says_what_was_done(language: str, issue: BillingIssue) -> None:
    text, fix = translator(language, strict=True), FIXES.get(issue)
    assert issue_name(text, issue)
    assert issue_advice(text, issue)
    for key in ("refusal_short", "refusal_fix", "ticket.fix"):
        assert text.knows(f"{key}.{issue.code}") or (key, issue.code) == ("ticket.fix", Refusal.ALREADY_PROPOSED)
    if fix and fix.change:
        assert text.n(f"preflight.done.{issue_key(issue)}", 1)
    if fix and fix.many:
        assert text.n(f"preflight.many.{issue_key(issue)}", 2)
