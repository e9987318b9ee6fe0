"""Every table of this app in the operators' console, from the rooms that own them."""

from leads.activities import admin as activities
from leads.calendars import admin as calendars
from leads.deals import admin as deals
from leads.definitions import admin as definitions
from leads.duplicates import admin as duplicates
from leads.funnel import admin as funnel
from leads.handoffs import admin as handoffs
from leads.imports import admin as imports
from leads.lifecycle import admin as lifecycle
from leads.privacy import admin as privacy
from leads.records import admin as records

__all__ = [
    "activities",
    "calendars",
    "deals",
    "definitions",
    "duplicates",
    "funnel",
    "handoffs",
    "imports",
    "lifecycle",
    "privacy",
    "records",
]
