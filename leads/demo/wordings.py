"""What the demo company agreed on, and what it argues about: the terms, as documents."""

from __future__ import annotations

from datetime import date

Document = dict[str, object]

NO_GOODBYE: tuple[Document, ...] = (
    {"consent": "marketing", "op": "allowed"},
    {"activity": {"kinds": ["unsubscribe"]}, "op": "at_most", "count": 0},
)
ENGAGEMENT: Document = {
    "rules": [
        {"activity": {"kinds": ["page_view"]}, "points": 2, "half_life_days": 14, "group": "pages"},
        {"activity": {"kinds": ["page_view"], "url": "/pricing*"}, "points": 10, "half_life_days": 14},
        {"activity": {"kinds": ["page_view"], "url": "/case-studies/*"}, "points": 6, "half_life_days": 14},
        {"activity": {"kinds": ["content", "webinar"]}, "points": 15, "half_life_days": 30},
        {"activity": {"kinds": ["email_click"]}, "points": 4, "half_life_days": 30},
    ],
    "caps": {"pages": 10},
}
FIT: Document = {
    "rules": [
        {"when": {"field": "company.employees", "op": "at_least", "value": 200}, "points": 20, "group": "size"},
        {"when": {"field": "company.employees", "op": "at_least", "value": 50}, "points": 10, "group": "size"},
        {"when": {"field": "company.industry", "op": "is", "value": ["Machinery", "Food and drink"]}, "points": 15},
        {
            "when": {"field": "lead.title", "op": "is", "value": ["Head of Operations", "Plant Manager", "CTO"]},
            "points": 10,
        },
    ],
    "caps": {"size": 20},
}

MQL_FIRST: Document = {
    "criteria": {
        "all": [
            {"field": "company.employees", "op": "at_least", "value": 20},
            {
                "any": [
                    {"activity": {"kinds": ["content", "webinar"]}, "within_days": 60},
                    {"activity": {"kinds": ["page_view"], "url": "/pricing*"}, "within_days": 60},
                    {"score": "engagement", "value": 12},
                ]
            },
            {"score": "fit", "value": 10},
            *NO_GOODBYE,
        ]
    },
    "fit": FIT,
    "engagement": ENGAGEMENT,
}
MQL_STRICTER: Document = {
    "criteria": {
        "all": [
            {"field": "company.employees", "op": "at_least", "value": 50},
            {
                "any": [
                    {"activity": {"kinds": ["page_view"], "url": "/pricing*"}, "within_days": 30},
                    {"score": "engagement", "value": 25},
                ]
            },
            {"score": "fit", "value": 10},
            *NO_GOODBYE,
        ]
    },
    "fit": FIT,
    "engagement": ENGAGEMENT,
}
MQL_PROPOSED: Document = {
    "criteria": {
        "all": [
            {"field": "company.employees", "op": "at_least", "value": 35},
            {
                "any": [
                    {"activity": {"kinds": ["page_view"], "url": "/pricing*"}, "within_days": 14},
                    {"score": "engagement", "value": 20},
                ]
            },
            {"score": "fit", "value": 15},
            *NO_GOODBYE,
        ]
    },
    "fit": FIT,
    "engagement": ENGAGEMENT,
}

SAL_REJECTED: Document = {"criteria": {"activity": {"kinds": ["call", "meeting"]}, "count": 1, "within_days": 5}}
SAL_DRAFT: Document = {
    "criteria": {
        "all": [
            {
                "any": [
                    {"activity": {"kinds": ["call"], "outcome": "reached"}, "within_days": 14},
                    {"activity": {"kinds": ["meeting", "meeting_booked", "call_inbound"]}, "within_days": 30},
                ]
            },
            {"field": "lead.phone_usable", "op": "is", "value": True},
        ]
    }
}


def working_time(timezone: str, year: int) -> Document:
    """When sales works: five days, a lunch break, early on Fridays, and the days on which nobody does."""
    days = ("monday", "tuesday", "wednesday", "thursday")
    windows = [
        {"day": day, "start": start, "end": end}
        for day in days
        for start, end in (("08:30", "12:30"), ("13:30", "17:30"))
    ]
    holidays = [
        {"date": date(on, month, day).isoformat(), "name": name}
        for on in (year, year + 1)
        for month, day, name in (
            (1, 1, "New Year"),
            (5, 1, "Labour Day"),
            (12, 25, "Christmas Day"),
            (12, 26, "Boxing Day"),
        )
    ]
    return {
        "timezone": timezone,
        "windows": [*windows, {"day": "friday", "start": "08:30", "end": "14:00"}],
        "holidays": holidays,
    }


def _handoff(title: str, order: int, criteria: Document, routing: list[Document], side: str) -> Document:
    """What both handoff rules have in common: the times, the reasons, and what may be waited for."""
    return {
        "title": title,
        "order": order,
        "criteria": criteria,
        "from": {"stage": "mql", "side": "marketing"},
        "to": {"stage": "sal", "side": side},
        "routing": routing,
        "accept_within": {"hours": 6, "business": True},
        "contact_within": {"hours": 16, "business": True},
        "remind_at": 0.7,
        "escalate": [
            {"after": {"hours": 2, "business": True}, "to": "receiver_lead"},
            {"after": {"hours": 12, "business": True}, "to": "both_leads"},
        ],
        "expire_after": {"hours": 14, "business": True},
        "reasons": [
            {"key": "not-ready", "title": "Not ready to buy yet", "next": "recycle", "cool_off_days": 14},
            {"key": "unreachable", "title": "Cannot be reached", "next": "recycle", "cool_off_days": 7},
            {"key": "no-fit", "title": "Does not fit what we sell", "next": "disqualify", "note": True},
            {"key": "not-mine", "title": "Belongs to somebody else", "next": "reroute"},
        ],
        "holds": [
            {"key": "customer", "title": "The customer asked for a later date", "most_hours": 120},
            {"key": "colleague", "title": "Waiting for a colleague", "most_hours": 24},
        ],
        "bounce_limit": 3,
    }


def partner_rule(partners: int) -> Document:
    """What goes to the partner: two countries, by turns."""
    criteria: Document = {"field": "lead.country", "op": "is", "value": ["PL", "SE"]}
    return _handoff("To Bridgepoint", 10, criteria, [{"strategy": "weighted", "pool": {"team": partners}}], "partner")


def sales_rule(north: int, south: int, *, people: list[int] | None = None) -> Document:
    """Everybody else: whoever looks after the company already, else by territory, else whoever of the north is free."""
    rows = [
        {"values": ["north"], "to": {"team": north, **({"people": people} if people else {})}},
        {"values": ["south"], "to": {"team": south}},
    ]
    routing: list[Document] = [
        {"strategy": "company_owner"},
        {"strategy": "table", "field": "lead.territory", "rows": rows},
        {"strategy": "least_loaded", "pool": {"team": north}},
    ]
    return _handoff("To our own sales", 50, {"consent": "marketing", "op": "allowed"}, routing, "sales")
