"""Invented customers, services and contracts, as rows to import."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from stdnum import luhn

from domain.money import format_decimal
from domain.rules.records.tables import RecordKind
from domain.vocabulary import ContractKind
from storage.demo.cast import FIRST_NAMES, LAST_NAMES

Rows = dict[RecordKind, list[dict[str, str]]]
"""Rows by table; cells by column name, a missing cell is empty."""

REMOTE, ONSITE, URGENT, SYSTEMS, NETWORK = "ASS-REM", "ASS-ONS", "ASS-URG", "SIS", "RET"
SOFTWARE, TRAINING, TRAVEL, QUOTED, ABROAD = "SVI", "FOR", "TRA", "PRV", "EST"

SERVICES: tuple[tuple[str, str, str, str, str], ...] = (
    (REMOTE, "Assistenza remota", "65.00", "22", ""),
    (ONSITE, "Assistenza on-site", "78.50", "22", ""),
    (URGENT, "Intervento urgente entro 4 ore", "112.00", "22", ""),
    (SYSTEMS, "Sistemistica", "86.50", "22", ""),
    (NETWORK, "Reti e sicurezza", "92.00", "22", ""),
    (SOFTWARE, "Sviluppo software", "88.75", "22", ""),
    (TRAINING, "Formazione", "75.00", "22", ""),
    (TRAVEL, "Trasferta", "42.50", "22", ""),
    (QUOTED, "Attività a preventivo", "0.00", "22", ""),
    (ABROAD, "Assistenza a clienti esteri (art. 7-ter)", "72.50", "0", "N2.1"),
)
"""Code, name, hourly rate, VAT rate and Natura."""

_COMPANIES: tuple[tuple[str, str], ...] = (
    ("Officine Meccaniche Brentella S.r.l.", "Padova"),
    ("Caseificio Valdorsa S.p.A.", "Parma"),
    ("Studio Legale Ghirardelli e Associati", "Verona"),
    ("Tipografia Tre Ponti S.n.c.", "Treviso"),
    ("Logistica Padus S.r.l.", "Piacenza"),
    ("Farmacia Alla Colonna d'Oro", "Vicenza"),
    ("Ceramiche Montecalvo S.p.A.", "Modena"),
    ("Cantine Rivalonga Soc. Agr.", "Verona"),
    ("Arredamenti Nuova Linea Veneta S.r.l.", "Treviso"),
    ("Carpenteria Metallica Sartorato S.r.l.", "Venezia"),
    ("Trasporti Fratelli Olivotto S.r.l.", "Belluno"),
    ("Poliambulatorio Le Betulle S.r.l.", "Padova"),
    ("Edilcasa Altomonte S.r.l.", "Brescia"),
    ("Hotel Belriposo del Lago S.r.l.", "Brescia"),
    ("Molino Santacroce & Figli S.r.l.", "Ferrara"),
    ("Commercialisti Rigon Tessari STP S.r.l.", "Vicenza"),
    ("Elettroforniture Delta Nord S.p.A.", "Bologna"),
    ("Autoconcessionaria Corso Levante S.r.l.", "Bologna"),
    ("Pastificio Nonna Ersilia S.r.l.", "Forlì"),
    ("Scuola Paritaria Il Girasole Coop. Soc.", "Rovigo"),
    ("Stampi Tecnici Lupatoto S.r.l.", "Verona"),
    ("Vivai Pianura Verde Soc. Agr.", "Mantova"),
    ("Gioielleria Ponte San Lorenzo S.r.l.", "Vicenza"),
    ("Immobiliare Tre Castelli S.r.l.", "Trento"),
    ("Imballaggi Cartonalta S.p.A.", "Reggio Emilia"),
    ("Assicurazioni Zuliani & Perin S.a.s.", "Udine"),
    ("Centro Ottico Lumen S.r.l.", "Padova"),
    ("Cooperativa Sociale Mani Aperte", "Ferrara"),
    ("Idraulica Tonello Giancarlo", "Rovigo"),
    ("Valvole Industriali Serenissima S.p.A.", "Venezia"),
    ("Agenzia Viaggi Rosa dei Venti Blu S.r.l.", "Udine"),
    ("Torrefazione Caffè Morlacco S.r.l.", "Treviso"),
    ("Maglificio Colline Euganee S.r.l.", "Padova"),
    ("Laboratorio Analisi San Rocco S.r.l.", "Mantova"),
    ("Ristorazione Collettiva Mensabuona S.r.l.", "Modena"),
    ("Studio Tecnico Ing. Dal Molin", "Belluno"),
    ("Surgelati Alpe Cimbra S.p.A.", "Trento"),
    ("Ferramenta Vecchio Mulino S.n.c.", "Reggio Emilia"),
    ("Cartoleria Pennino Blu di Zamboni M.", "Forlì"),
    ("Meccatronica Ceresio SA", "Lugano"),
    ("Fiduciaria Monte Generoso SA", "Lugano"),
)

_CITIES: dict[str, tuple[str, str, str]] = {
    "Padova": ("35129", "PD", "028"), "Parma": ("43122", "PR", "034"), "Verona": ("37135", "VR", "023"),
    "Treviso": ("31100", "TV", "026"), "Piacenza": ("29122", "PC", "033"), "Vicenza": ("36100", "VI", "024"),
    "Modena": ("41123", "MO", "036"), "Venezia": ("30175", "VE", "027"), "Belluno": ("32100", "BL", "025"),
    "Brescia": ("25125", "BS", "017"), "Ferrara": ("44122", "FE", "038"), "Bologna": ("40138", "BO", "037"),
    "Forlì": ("47122", "FC", "040"), "Rovigo": ("45100", "RO", "029"), "Mantova": ("46100", "MN", "020"),
    "Trento": ("38121", "TN", "022"), "Reggio Emilia": ("42124", "RE", "035"), "Udine": ("33100", "UD", "030"),
}  # fmt: skip
"""Postal code, province and the three digits of its tax office."""

_STREETS = (
    "Via dell'Artigianato", "Via Roma", "Viale dell'Industria", "Via Garibaldi", "Via delle Acacie", "Corso Italia",
    "Via Primo Maggio", "Piazza della Libertà", "Via del Lavoro", "Via Fratelli Cervi",
)  # fmt: skip

_AGREEMENTS: tuple[tuple[int, str, dict[str, str]], ...] = (
    (0, "Supporto a consuntivo", {"kind": "time_and_materials", "hourly_rate": "82.00"}),
    (16, "Supporto a consuntivo", {"kind": "time_and_materials", "hourly_rate": "79.50"}),
    (24, "Supporto a consuntivo sedi produttive", {"kind": "time_and_materials", "hourly_rate": "90.00"}),
    (29, "Supporto a consuntivo", {"kind": "time_and_materials", "hourly_rate": "84.25"}),
    (1, "Pacchetto 60 ore", {"kind": "units", "unit": "hours", "units_total": "60", "overage": "go_negative"}),
    (
        6,
        "Pacchetto 5 ore",
        {"kind": "units", "unit": "hours", "units_total": "5", "overage": "bill", "overage_rate": "88.00"},
    ),
    (15, "Pacchetto 130 ore", {"kind": "units", "unit": "hours", "units_total": "130", "overage": "refuse"}),
    (36, "Presidio 12 giornate", {"kind": "units", "unit": "days", "units_total": "12", "overage": "go_negative"}),
    (
        13,
        "Pacchetto 25 interventi",
        {"kind": "units", "unit": "incidents", "units_total": "25", "overage": "bill", "overage_rate": "95.00"},
    ),
    (4, "Canone assistenza illimitata", {"kind": "flat"}),
    (11, "Canone postazioni e server", {"kind": "flat"}),
    (19, "Canone scuola", {"kind": "flat"}),
)
"""Company, name, and the rest of the row."""

_PROJECTS: tuple[tuple[int, str], ...] = (
    (8, "Migrazione al nuovo gestionale"),
    (17, "Rifacimento rete e Wi-Fi"),
    (30, "Passaggio alla posta in cloud"),
    (33, "Nuovo centralino VoIP"),
    (12, "Sostituzione parco PC"),
    (20, "Integrazione MES e magazzino"),
)

_UNKNOWN_PEOPLE = 5
"""Contacts without a company."""

_FIRST_MATRICOLA, _LAST_MATRICOLA = 5_000_000, 7_999_999
"""Serial numbers not yet assigned by any tax office, so that no P.IVA of the demo is real."""


@dataclass(slots=True)
class Customer:
    """A company for tickets. `covered_by`: codes of contracts and plannings, with their kind."""

    code: str
    weight: int
    abroad: bool
    contacts: list[str] = field(default_factory=list)
    contracts: list[tuple[str, ContractKind]] = field(default_factory=list)
    plannings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Market:
    """Customers and their contracts: rows to import, and choices for tickets."""

    rows: Rows
    customers: list[Customer]
    unknown_people: list[str]


_WITHOUT_RECIPIENT = "C0012"


def build_market(rng: Random, start: date) -> Market:
    """The customers with their contracts, which run since the year of `start`."""
    rows: Rows = {RecordKind.SERVICES: [_service(*service) for service in SERVICES]}
    companies = rows[RecordKind.COMPANIES] = []
    customers = []
    for number, (name, city) in enumerate(_COMPANIES, start=1):
        code = f"C{number:04d}"
        company = _company(rng, code, name, city)
        # Its invoices are blocked by missing data.
        companies.append(company | {"recipient_code": "", "pec": ""} if code == _WITHOUT_RECIPIENT else company)
        # A few customers open most of the tickets.
        customers.append(Customer(code, weight=2 + rng.randint(0, 60) // rng.randint(3, 12), abroad=city not in _CITIES))
    people = rows[RecordKind.CONTACTS] = []
    for customer in customers:
        customer.contacts = [_contact(rng, people, customer.code) for _ in range(rng.randint(1, 3))]
    unknown = [_contact(rng, people, "") for _ in range(_UNKNOWN_PEOPLE)]
    rows[RecordKind.CONTRACTS] = _contracts(customers, start)
    rows[RecordKind.PLANNINGS] = _plannings(customers, start)
    return Market(rows, customers, unknown)


def vat_number(rng: Random, office: str) -> str:
    """An invented P.IVA with a valid check digit."""
    digits = f"{rng.randint(_FIRST_MATRICOLA, _LAST_MATRICOLA)}{office}"
    return digits + luhn.calc_check_digit(digits)


def _service(code: str, name: str, rate: str, vat_rate: str, nature: str) -> dict[str, str]:
    return {"code": code, "name": name, "hourly_rate": rate, "vat_rate": vat_rate, "vat_nature": nature}


def _company(rng: Random, code: str, name: str, city: str) -> dict[str, str]:
    row = {"code": code, "name": name, "city": city, "payment_days": str(rng.choice((30, 30, 30, 60, 60, 90)))}
    row["address"] = f"{rng.choice(_STREETS)}, {rng.randint(1, 140)}"
    if city not in _CITIES:
        return row | {"country": "CH", "postal_code": "6900", "recipient_code": "XXXXXXX"}
    postal_code, province, office = _CITIES[city]
    number = vat_number(rng, office)
    slug = "".join(letter for letter in name.lower().split(".")[0] if letter.isascii() and letter.isalnum())[:20]
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    row |= {"vat_number": number, "tax_code": number, "postal_code": postal_code, "province": province, "country": "IT"}
    return row | {"recipient_code": "".join(rng.choices(letters, k=7)), "pec": f"amministrazione@{slug}.example"}


def _contact(rng: Random, people: list[dict[str, str]], company_code: str) -> str:
    code = f"P{len(people) + 1:04d}"
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    email = f"{first}.{last.replace(' ', '')}.{code}@posta.example".lower()
    people.append({"code": code, "first_name": first, "last_name": last, "email": email, "company_code": company_code})
    return code


def _contracts(customers: list[Customer], start: date) -> list[dict[str, str]]:
    begins = date(start.year, 1, 1)
    rows = []
    for number, (index, name, rest) in enumerate(_AGREEMENTS, start=1):
        customer = customers[index]
        code = f"SC-{start.year}-{number:03d}"
        customer.contracts.append((code, ContractKind(rest["kind"])))
        dates = {"starts_on": begins.isoformat(), "ends_on": (date(start.year + 2, 1, 1) - timedelta(days=1)).isoformat()}
        rows.append({"code": code, "name": f"{name} {start.year}", "company_code": customer.code, **dates, **rest})
    return rows


def _plannings(customers: list[Customer], start: date) -> list[dict[str, str]]:
    rows = []
    for number, (index, name) in enumerate(_PROJECTS, start=1):
        code = f"PI-{start.year}-{number:03d}"
        customers[index].plannings.append(code)
        rows.append({"code": code, "name": name, "company_code": customers[index].code})
    return rows


def rate_text(cents: int) -> str:
    """A rate as in an import file; empty if there is none."""
    return format_decimal(cents) if cents else ""
