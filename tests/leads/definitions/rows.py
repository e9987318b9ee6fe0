"""Facts of the second evaluator as rows of the database, to the microsecond and with every odd value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from alignment.programs.models import Campaign
from leads.activities.models import Activity
from leads.definitions.models import FieldsPast
from leads.privacy.models import Consent
from leads.records.models import Company, Lead
from tests.oracles.definition_facts import CompanyFacts, Facts, LeadFacts


def write(people: Sequence[Facts]) -> list[int]:
    """One lead for each, in order; their ids. The caller rolls it back: guards and triggers of the logs are off meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    campaigns = _campaigns(people)
    ids = []
    for facts in people:
        companies = {key: _company(company) for key, company in facts.companies.items()}
        Company.objects.bulk_create(companies.values())
        of_companies = {key: company.pk for key, company in companies.items()}
        lead = Lead(recorded_at=facts.recorded_at, **_fields(facts.lead, campaigns, of_companies))
        Lead.objects.bulk_create([lead])
        ids.append(lead.pk)
        _write_log(lead.pk, facts, campaigns)
        _write_past(lead.pk, facts, campaigns, of_companies)
    return ids


def _campaigns(people: Sequence[Facts]) -> dict[str | None, int | None]:
    named = [row.campaign for facts in people for row in facts.activities]
    named += [
        lead.campaign for facts in people for lead in (facts.lead, *(before for _at, before in facts.lead_before))
    ]
    names = sorted({name for name in named if name is not None})
    made = [Campaign(name=name, system="test", external_id=str(n)) for n, name in enumerate(names)]
    Campaign.objects.bulk_create(made)
    return {None: None, **{campaign.name: campaign.pk for campaign in made}}


def _company(facts: CompanyFacts) -> Company:
    return Company(
        name=facts.name,
        normal_name="",
        domain=facts.domain,
        industry=facts.industry,
        country=facts.country,
        employees=facts.employees,
        annual_revenue=facts.annual_revenue,
        attributes=dict(facts.attributes),
    )


def _fields(lead: LeadFacts, campaigns: dict[str | None, int | None], companies: dict[str, int]) -> dict[str, object]:
    return {
        "created_at": lead.created_at,
        "source": lead.source,
        "channel": lead.channel,
        "campaign_id": campaigns[lead.campaign],
        "country": lead.country,
        "title": lead.title,
        "segment": lead.segment,
        "territory": lead.territory,
        "email": lead.email,
        "email_usable": lead.email_usable,
        "phone_usable": lead.phone_usable,
        "company_id": companies[lead.company] if lead.company else None,
        "attributes": dict(lead.attributes),
    }


def _write_log(lead_id: int, facts: Facts, campaigns: dict[str | None, int | None]) -> None:
    Activity.objects.bulk_create(
        Activity(
            lead_id=lead_id,
            kind=row.kind,
            direction="inbound",
            side="marketing",
            automated=False,
            at=row.at,
            recorded_at=row.recorded_at,
            import_id=1 if row.imported else None,
            url=row.url,
            asset=row.asset,
            campaign_id=campaigns[row.campaign],
            channel=row.channel,
            outcome=row.outcome,
        )
        for row in facts.activities
    )
    Consent.objects.bulk_create(
        Consent(
            lead_id=lead_id,
            purpose=row.purpose,
            state=row.state,
            at=row.at,
            recorded_at=row.recorded_at,
            import_id=1 if row.imported else None,
        )
        for row in facts.consents
    )


def _write_past(lead_id: int, facts: Facts, campaigns: dict[str | None, int | None], companies: dict[str, int]) -> None:
    rows = [
        FieldsPast(lead_id=lead_id, until=until, values=_past_of_lead(_fields(before, campaigns, companies)))
        for until, before in facts.lead_before
    ]
    rows += [
        FieldsPast(company_id=companies[key], until=until, values=_past_of_company(before))
        for key, found in facts.companies_before.items()
        for until, before in found
    ]
    FieldsPast.objects.bulk_create(rows)


def _past_of_lead(fields: dict[str, object]) -> dict[str, object]:
    """As the trigger keeps it: of an e-mail address only whether there was one."""
    created_at = fields["created_at"]
    assert isinstance(created_at, datetime)
    return fields | {"email": "known" if fields["email"] else None, "created_at": created_at.isoformat()}


def _past_of_company(facts: CompanyFacts) -> dict[str, object]:
    return {
        "name": facts.name,
        "domain": facts.domain,
        "industry": facts.industry,
        "country": facts.country,
        "employees": facts.employees,
        "annual_revenue": None if facts.annual_revenue is None else float(facts.annual_revenue),
        "attributes": dict(facts.attributes),
    }
