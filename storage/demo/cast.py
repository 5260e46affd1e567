"""People of the demo firm: users who sign in, and technicians named on the work."""

from domain.rules.firm import FirmData
from domain.vocabulary import Role

DEMO_USERS: dict[Role, str] = {
    Role.OPERATOR: "sara",
    Role.BILLING_MANAGER: "giulia",
    Role.TEAM_LEAD: "marco",
    Role.ADMINISTRATOR: "elena",
}
"""The demo's user of each role."""

COLLEAGUES: dict[str, Role] = {"chiara": Role.OPERATOR, "paolo": Role.BILLING_MANAGER}
"""More users, for a varied history."""

FIRM = FirmData(
    name="Trama Informatica S.r.l.",
    vat_number="04512870280",
    tax_code="04512870280",
    address="Via dell'Artigianato, 18",
    postal_code="35129",
    city="Padova",
    province="PD",
    email="amministrazione@tramainformatica.example",
    iban="IT60X0542811101000000123456",
)
"""The issuer."""

OPERATORS = ("sara", "chiara")
BILLING_MANAGERS = ("giulia", "giulia", "paolo")
"""The user of a billing step; one of them does most."""

TECHNICIANS = (
    "Luca Marangon",
    "Federica Zorzi",
    "Andrea Bortolin",
    "Silvia Cavallari",
    "Matteo Pedrotti",
    "Ilaria Venturelli",
    "Stefano Quaglia",
    "Nicola Frassineti",
    "Valentina Ortolani",
    "Davide Scarabello",
    "Elisa Montebelli",
    "Riccardo Tomasin",
)

FIRST_NAMES = (
    "Alberto", "Alessia", "Barbara", "Bruno", "Camilla", "Carlo", "Cristina", "Daniela", "Dario", "Emanuela", "Enrico",
    "Fabio", "Francesca", "Gabriele", "Giorgia", "Ivano", "Laura", "Lorenzo", "Manuela", "Marta", "Michele", "Monica",
    "Oscar", "Paola", "Pietro", "Roberta", "Sergio", "Simona", "Tommaso", "Vittorio",
)  # fmt: skip

LAST_NAMES = (
    "Agnoletti", "Baldassin", "Bergamini", "Casarotto", "Codognotto", "Dal Molin", "Degli Esposti", "Fabbian", "Galvani",
    "Ghirardelli", "Lazzarini", "Lovato", "Mazzucco", "Montanari", "Novelli", "Olivotto", "Pavanello", "Perin", "Rigon",
    "Sartorato", "Scapin", "Tessari", "Tonello", "Urbinati", "Vianello", "Zamboni", "Zanellato", "Zuliani",
)  # fmt: skip
