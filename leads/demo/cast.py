"""Who and what the demo company consists of: plain data, invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PASSWORD = "alignment-demo"  # noqa: S105  the demo's sign-ins are public
COMPANY = "Demo Company"


@dataclass(frozen=True)
class Member:
    """Somebody of the demo company; those who sign in have the demo's password."""

    email: str
    name: str
    role: str
    team: str | None
    signs_in: bool = True


TEAMS = {"Marketing": "marketing", "Sales North": "sales", "Sales South": "sales", "Bridgepoint Partners": "partner"}

MEMBERS = (
    Member("marketer@demo.example", "Mara Lindqvist", "member", "Marketing"),
    Member("marketing-lead@demo.example", "Henrik Oduya", "lead", "Marketing"),
    Member("sales@demo.example", "Sami Castellan", "member", "Sales North"),
    Member("sales-lead@demo.example", "Ilse Brandauer", "lead", "Sales North"),
    Member("partner@demo.example", "Pia Moreau", "member", "Bridgepoint Partners"),
    Member("manager@demo.example", "Greta Nakamura", "manager", None),
    Member("operator@demo.example", "Otis Fairweather", "operator", None),
    Member("noor.velasco@demo.example", "Noor Velasco", "member", "Sales North", signs_in=False),
    Member("jonas.whitfield@demo.example", "Jonas Whitfield", "member", "Sales South", signs_in=False),
    Member("ada.kowalczyk@demo.example", "Ada Kowalczyk", "member", "Sales South", signs_in=False),
    Member("luca.ferrante@demo.example", "Luca Ferrante", "member", "Bridgepoint Partners", signs_in=False),
    Member("tove.arnesen@demo.example", "Tove Arnesen", "member", "Sales South", signs_in=False),
)

LEAVER = "tove.arnesen@demo.example"
"""Left the company a while ago; nobody took over all of her leads."""

MARKETERS = ("marketer@demo.example", "marketing-lead@demo.example")

SELLERS = {
    "north": ("sales@demo.example", "sales-lead@demo.example", "noor.velasco@demo.example"),
    "south": ("jonas.whitfield@demo.example", "ada.kowalczyk@demo.example", LEAVER),
    "partner": ("partner@demo.example", "luca.ferrante@demo.example"),
}

HABITS = {
    # hours until they decide (median), how often they turn a lead down, how often they do nothing
    "sales@demo.example": (1.5, 0.18, 0.04),
    "sales-lead@demo.example": (3.0, 0.15, 0.05),
    "noor.velasco@demo.example": (2.0, 0.25, 0.06),
    "jonas.whitfield@demo.example": (6.0, 0.3, 0.22),
    "ada.kowalczyk@demo.example": (2.5, 0.42, 0.05),
    "partner@demo.example": (5.0, 0.25, 0.1),
    "luca.ferrante@demo.example": (4.0, 0.3, 0.15),
}
TAKES = {
    # capacity a week, and what they can besides
    "sales@demo.example": (14, ("DE", "GB")),
    "sales-lead@demo.example": (2, ("DE", "FR")),
    "noor.velasco@demo.example": (5, ("NL", "GB")),
    "jonas.whitfield@demo.example": (5, ("DE",)),
    "ada.kowalczyk@demo.example": (4, ("FR", "DE")),
    "partner@demo.example": (4, ("PL",)),
    "luca.ferrante@demo.example": (1.5, ("PL", "SE")),
}
AWAY = (("noor.velasco@demo.example", 24, 17, "Holiday"), ("ada.kowalczyk@demo.example", 2, -4, "Trade fair in Lyon"))
"""Who is away, from and until how many days before the end, and why."""

FAIR = 50
"""How many of the leads came by at the fair of the last two days and wanted to know more."""

FIRST_NAMES = [
    "Amara",
    "Anton",
    "Beatriz",
    "Bruno",
    "Carla",
    "Cedric",
    "Daria",
    "Dmitri",
    "Elif",
    "Emil",
    "Fatima",
    "Felix",
    "Gesa",
    "Goran",
    "Hana",
    "Hugo",
    "Ines",
    "Ivan",
    "Jana",
    "Joris",
    "Kaja",
    "Karim",
    "Leona",
    "Lars",
    "Malin",
    "Marek",
    "Nadia",
    "Nils",
    "Olga",
    "Oskar",
    "Paula",
    "Piotr",
    "Rana",
    "Ruben",
    "Selma",
    "Stefan",
    "Tamar",
    "Tilo",
    "Ursa",
    "Viktor",
    "Wanda",
    "Xenia",
    "Yusuf",
    "Zora",
]
LAST_NAMES = [
    "Abendroth",
    "Bakker",
    "Calder",
    "Demir",
    "Eklund",
    "Fontana",
    "Grabowski",
    "Halloran",
    "Ivanova",
    "Jansen",
    "Kessler",
    "Lombardi",
    "Marten",
    "Novak",
    "Okafor",
    "Petrov",
    "Quist",
    "Rasmussen",
    "Sandoval",
    "Tanaka",
    "Ulrich",
    "Vasquez",
    "Wren",
    "Yildiz",
    "Zeman",
    "Achterberg",
    "Bellweather",
    "Corrigan",
    "Dunmore",
    "Esterhazy",
]
COMPANY_HEADS = [
    "Alder",
    "Basalt",
    "Cobalt",
    "Drift",
    "Ember",
    "Fjord",
    "Garnet",
    "Harbour",
    "Indigo",
    "Juniper",
    "Keystone",
    "Larch",
    "Meridian",
    "Nimbus",
    "Orchard",
    "Pinnacle",
    "Quarry",
    "Ridge",
    "Saffron",
    "Tideway",
    "Umber",
    "Vantage",
    "Willow",
    "Zephyr",
]
COMPANY_TAILS = [
    "Analytics",
    "Bearings",
    "Ceramics",
    "Dynamics",
    "Foods",
    "Freight",
    "Instruments",
    "Labs",
    "Logistics",
    "Materials",
    "Optics",
    "Packaging",
    "Pumps",
    "Robotics",
    "Textiles",
    "Tools",
]
TITLES = (
    "Head of Operations",
    "Plant Manager",
    "Buyer",
    "CTO",
    "Managing Director",
    "Quality Lead",
    "Production Planner",
    "IT Manager",
)

SEGMENTS = (("small", 0.55, 9_000), ("mid-market", 0.32, 28_000), ("enterprise", 0.13, 95_000))
"""Segment, share of leads, median amount of a deal in EUR."""

STAFF = {"small": (4, 48), "mid-market": (50, 450), "enterprise": (500, 6_000)}
"""How many people work for a company of that segment: fewest and most."""

INDUSTRIES = ("Food and drink", "Machinery", "Logistics", "Chemicals", "Electronics", "Textiles", "Packaging")

SOURCES = (
    # source, channel, share, lift of each step
    ("organic search", "search", 0.24, 1.0),
    ("paid search", "search", 0.18, 0.85),
    ("social", "social", 0.16, 0.65),
    ("webinar", "events", 0.12, 1.1),
    ("trade fair", "events", 0.10, 1.2),
    ("referral", "word of mouth", 0.09, 1.5),
    ("newsletter", "email", 0.07, 0.9),
    (None, None, 0.04, 0.7),
)

CAMPAIGN_OF = {
    "paid search": "Search {quarter}",
    "social": "Social {quarter}",
    "webinar": "Webinar series {quarter}",
    "trade fair": "Trade fair {quarter}",
    "newsletter": "Newsletter {quarter}",
}
CHANNEL_OF = {source: channel for source, channel, _share, _lift in SOURCES if source is not None}


def campaign(source: str | None, at: datetime) -> str | None:
    """The campaign that this source runs at that time; None where it runs none."""
    quarter = f"{at.year} Q{(at.month + 2) // 3}"
    return CAMPAIGN_OF.get(source or "", "").format(quarter=quarter) or None


BUYS_AGAIN = 0.45
"""How many of those who bought look at something more."""
COSTS = {"paid search": 9_000, "social": 6_500, "webinar": 4_000, "trade fair": 14_000, "newsletter": 1_500}
"""Spend a quarter in EUR."""

DISQUALIFY_REASONS = ("student project", "competitor", "outside our region", "wrong product")
LOSS_REASONS = ("price", "went with a competitor", "project cancelled", "no answer")
RECYCLE_REASONS = ("no budget this year", "timing", "not yet decided", "contact left")
PAGES = (
    "/",
    "/pricing",
    "/product",
    "/product/sensors",
    "/customers",
    "/blog/less-downtime",
    "/blog/first-audit",
    "/contact",
)
CLOSER_PAGES = ("/pricing", "/case-studies/harbour-foods", "/product/sensors", "/customers")
"""What those look at again who consider to buy."""
ASSETS = ("Buyer's guide", "Maintenance checklist", "ROI calculator", "Case study: Harbour Foods")

STEPS = (
    # from, to, chance, median days
    ("inquiry", "mql", 0.52, 4.0),
    ("mql", "sal", 0.72, 1.5),
    ("sal", "sql", 0.62, 6.0),
    ("sql", "opportunity", 0.66, 9.0),
    ("opportunity", "won", 0.36, 32.0),
)
SALES_STAGES = frozenset({"sal", "sql", "opportunity"})
MONTH_WEIGHT = (0.9, 1.0, 1.2, 1.1, 1.05, 0.95, 0.6, 0.55, 1.25, 1.3, 1.15, 0.7)
