"""The doors through which campaigns, what they cost, and exchange rates come in."""

from alignment.programs.campaigns import edit_campaign, save_campaigns
from alignment.programs.rates import save_rates
from alignment.programs.rows import CampaignRow, RateRow, SpendRow
from alignment.programs.spend import save_spend

__all__ = ["CampaignRow", "RateRow", "SpendRow", "edit_campaign", "save_campaigns", "save_rates", "save_spend"]
