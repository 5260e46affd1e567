"""Every anomaly has an icon, a label and a sentence in both languages."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.rules.anomalies import Finding
from domain.vocabulary import Anomaly
from ui.i18n import translator
from ui.review.labels import flag_row

AT = datetime(2026, 2, 2, 9, tzinfo=UTC)
FOUND: dict[Anomaly, dict[str, Any]] = {
    Anomaly.OVERLAP: {"code": "LV-1", "other": "LV-2", "operator": "Anna", "ticket": "TT-1", "from": AT, "to": AT},
    Anomaly.PRICE: {"rate": 9_000, "usual": 6_000, "low": 5_000, "high": 7_000, "count": 5},
    Anomaly.OLD: {"code": "LV-1", "on": date(2025, 9, 1), "days": 120},
    Anomaly.THIN: {"code": "LV-1", "text": "ok"},
    Anomaly.TOTAL: {"net": 90_000, "usual": 6_000, "count": 5},
    Anomaly.FISCAL: {"missing": ["vat_number"], "company_id": 1},
}


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("kind", Anomaly)
def test_a_finding_explains_itself(kind: Anomaly, language: str) -> None:
    row = flag_row(translator(language), Finding(kind, FOUND[kind]))
    assert row["icon"]
    assert "anomaly." not in row["word"] + row["why"]
    assert "{" not in row["why"]
