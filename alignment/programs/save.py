"""The doors through which campaigns, what they cost, outside numbers and exchange rates come in."""

from alignment.programs.campaigns import edit_campaign, save_campaigns
from alignment.programs.rates import save_rates
from alignment.programs.rows import CampaignRow, RateRow, SeriesRow, SpendRow
from alignment.programs.series import save_series
from alignment.programs.spend import save_spend

__all__ = [
    "CampaignRow",
    "RateRow",
    "SeriesRow",
    "SpendRow",
    "edit_campaign",
    "save_campaigns",
    "save_rates",
    "save_series",
    "save_spend",
]
