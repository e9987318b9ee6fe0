"""Campaigns, what they cost, outside numbers and exchange rates as files: the columns are the fields of their kinds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from alignment.people.selectors import Somebody, sees_everything
from alignment.programs.models import Campaign, Rate, Series, Spend
from alignment.ui.exports import Column, Export, export_of
from leads.exports import attributes
from leads.exports.batches import read
from leads.exports.naming import name_of

NOTE = "The profile alignment-{} brings this file in again."
CAMPAIGN = ("system", "external_id", "name", "type", "status", "starts_at", "ends_at", "budget", "currency")
SPEND: Sequence[Column[Spend]] = (
    Column("system", lambda one: name_of(one.pk, one.system, one.external_id)[0]),
    Column("external_id", lambda one: name_of(one.pk, one.system, one.external_id)[1]),
    Column("starts_at", lambda one: one.starts_on),
    Column("ends_at", lambda one: one.ends_on),
    Column("amount", lambda one: one.amount),
    Column("currency", lambda one: one.currency),
    Column("campaign", lambda one: one.campaign and one.campaign.name),
    Column("channel", lambda one: one.channel),
    Column("source", lambda one: one.source),
)
SERIES: Sequence[Column[Series]] = (
    Column("metric", lambda one: one.metric),
    Column("date", lambda one: one.date),
    Column("value", lambda one: one.value),
    Column("campaign", lambda one: one.campaign and one.campaign.name),
    Column("channel", lambda one: one.channel),
    Column("source", lambda one: one.source),
)
RATES: Sequence[Column[Rate]] = (
    Column("date", lambda one: one.date),
    Column("currency", lambda one: one.currency),
    Column("rate", lambda one: one.rate),
)


def campaigns_seen_by(reader: Somebody) -> QuerySet[Campaign]:
    """For those who see every lead."""
    campaigns = Campaign.objects.order_by("pk")
    return campaigns if sees_everything(reader) else campaigns.none()


def spend_seen_by(reader: Somebody) -> QuerySet[Spend]:
    """For those who see every lead."""
    spend = Spend.objects.select_related("campaign").order_by("starts_on", "pk")
    return spend if sees_everything(reader) else spend.none()


def series_seen_by(reader: Somebody) -> QuerySet[Series]:
    """For those who see every lead."""
    series = Series.objects.select_related("campaign").order_by("metric", "date", "pk")
    return series if sees_everything(reader) else series.none()


def rates_seen_by(reader: Somebody) -> QuerySet[Rate]:
    """For those who see every lead."""
    rates = Rate.objects.order_by("date", "currency")
    return rates if sees_everything(reader) else rates.none()


def campaigns_export(
    _reader: Somebody, campaigns: QuerySet[Campaign], *, as_of: datetime, filters: Sequence[str] = ()
) -> Export:
    """These campaigns, in their order."""
    texts = attributes.text_names(campaigns)
    rows = (
        [
            *name_of(one.pk, one.system, one.external_id), one.name, one.type, one.status, one.starts_at, one.ends_at, one.budget,
            one.currency, *attributes.cells_of(one.attributes, texts),
        ]
        for one in read(campaigns)
    )  # fmt: skip
    names = [*CAMPAIGN, *attributes.names_of(texts)]
    return Export("Campaigns", names, rows, as_of, filters, NOTE.format("campaigns"))


def spend_export(_reader: Somebody, spend: QuerySet[Spend], *, as_of: datetime, filters: Sequence[str] = ()) -> Export:
    """This spend, in its order."""
    return export_of("Spend", SPEND, read(spend), as_of=as_of, filters=filters, note=NOTE.format("spend"))


def series_export(
    _reader: Somebody, series: QuerySet[Series], *, as_of: datetime, filters: Sequence[str] = ()
) -> Export:
    """These outside numbers, in their order."""
    return export_of("Series", SERIES, read(series), as_of=as_of, filters=filters, note=NOTE.format("series"))


def rates_export(_reader: Somebody, rates: QuerySet[Rate], *, as_of: datetime, filters: Sequence[str] = ()) -> Export:
    """These rates, in their order."""
    return export_of("Exchange rates", RATES, read(rates), as_of=as_of, filters=filters, note=NOTE.format("rates"))
