"""Leads and the companies behind them, who they are known as, and the log of what may change about them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower, Now, Upper

from alignment.people.models import Side, User
from alignment.people.selectors import Somebody, sees_everything
from alignment.programs.models import Campaign


class Letters(models.Func):
    """The pairs of letters of a text, and its signs: by these an index finds any part of it, whatever its length from two on.

    The function is the migration's, in terms that every server has; asked by `leads.selectors.searching`.
    """

    function = "leads_letters"
    output_field = ArrayField(models.TextField())


class Company(models.Model):
    """The account behind leads. Matched by identity, else domain (never a public mail provider's), else name.

    `scope` is 0 for the company's own, a partner team's id for what that partner brought: neither finds the other's.
    """

    scope = models.BigIntegerField(default=0, editable=False)
    system = models.CharField(max_length=100, null=True, blank=True)
    external_id = models.CharField(max_length=200, null=True, blank=True)
    name = models.CharField(max_length=300)
    normal_name = models.CharField(max_length=300, help_text="The name as it is matched: lower case, no legal form.")
    domain = models.CharField(max_length=253, null=True, blank=True)
    industry = models.CharField(max_length=200, null=True, blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    annual_revenue = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    country = models.CharField(max_length=100, null=True, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    import_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name_plural = "companies"
        constraints = [
            models.UniqueConstraint(fields=["scope", "system", "external_id"], name="company_external_id_once")
        ]
        indexes = [
            models.Index("domain", name="company_by_domain"),
            models.Index("normal_name", name="company_by_normal_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CompanyIdentity(models.Model):
    """A further name of a company in a system, beside the one that its record has: two systems know the same account."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="identities")
    scope = models.BigIntegerField(default=0)
    system = models.CharField(max_length=100)
    external_id = models.CharField(max_length=200)
    import_id = models.BigIntegerField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name_plural = "company identities"
        constraints = [models.UniqueConstraint(fields=["scope", "system", "external_id"], name="company_identity_once")]

    def __str__(self) -> str:
        return f"{self.system}:{self.external_id}"


class AwaitedParent(models.Model):
    """A parent that a company was said to have and that is not here yet: by its id in a system, else its name."""

    company = models.OneToOneField(Company, on_delete=models.CASCADE, related_name="awaits")
    scope = models.BigIntegerField(default=0)
    system = models.CharField(max_length=100)
    named = models.CharField(max_length=300)
    normal_name = models.CharField(max_length=300, db_index=True)
    import_id = models.BigIntegerField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return self.named


class LeadQuerySet(models.QuerySet["Lead"]):
    def counted(self) -> LeadQuerySet:
        """Leads that count in figures: no tests, none merged into another."""
        return self.filter(is_test=False, merged_into=None)

    def visible_to(self, user: Somebody) -> LeadQuerySet:
        """The one rule of who sees which leads; what is not in here is 404 to them.

        Marketing and sales see every lead, managers and operators too; a partner's people those that
        their team holds now or that are on open offer to it; who is in no team, or signed out, none.
        """
        if sees_everything(user):
            return self
        if isinstance(user, User) and user.is_active and user.team and user.team.side == Side.PARTNER:
            return self.filter(models.Q(team_id=user.team.pk) | models.Q(offered_team_id=user.team.pk))
        return self.none()


class Lead(models.Model):
    """One person's interest in us. `stage`, `owner` and `team` are what the logs say now; only their doors write them."""

    system = models.CharField(max_length=100, null=True, blank=True, help_text="Where it first came from.")
    external_id = models.CharField(max_length=200, null=True, blank=True)
    created_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    email = models.CharField(max_length=254, null=True, blank=True)
    email_usable = models.BooleanField(default=False, help_text="Valid and not hard-bounced.")
    phone = models.CharField(max_length=60, null=True, blank=True)
    phone_usable = models.BooleanField(default=False, help_text="Valid and not marked wrong.")
    first_name = models.CharField(max_length=200, null=True, blank=True)
    last_name = models.CharField(max_length=200, null=True, blank=True)
    full_name = models.CharField(max_length=400, null=True, blank=True)
    title = models.CharField(max_length=200, null=True, blank=True)
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="leads")
    source = models.CharField(max_length=200, null=True, blank=True)
    channel = models.CharField(max_length=200, null=True, blank=True)
    stage = models.ForeignKey(
        "leads.StageKey",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_column="stage",
        editable=False,
        db_index=False,
    )
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    team = models.ForeignKey(
        "people.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    offered_team = models.ForeignKey(
        "people.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False,
        help_text="The team to which it is on open offer; derived from the handoffs, by their door.",
    )  # fmt: skip
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    segment = models.CharField(max_length=200, null=True, blank=True, editable=False)
    territory = models.CharField(max_length=200, null=True, blank=True, editable=False)
    country = models.CharField(max_length=100, null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    is_test = models.BooleanField(default=False, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", editable=False, db_index=False
    )
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    import_id = models.BigIntegerField(null=True, blank=True, editable=False, db_index=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LeadQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes = [
            models.Index("created_at", "id", name="lead_by_created"),
            models.Index("stage", "created_at", "id", name="lead_by_stage"),
            models.Index("owner", "created_at", "id", name="lead_by_owner"),
            models.Index(
                "owner",
                "stage",
                "id",
                name="lead_in_hand",
                condition=models.Q(
                    owner__isnull=False, is_test=False, merged_into__isnull=True, erased_at__isnull=True
                ),
            ),  # whom routing counts as busy, and where somebody's own leads stand
            models.Index("team", "created_at", "id", name="lead_by_team"),
            models.Index("campaign", "created_at", "id", name="lead_by_campaign"),
            models.Index("source", "created_at", "id", name="lead_by_source"),
            models.Index(Lower("email"), name="lead_by_email"),
            models.Index(
                "offered_team",
                "created_at",
                "id",
                name="lead_by_offer",
                condition=models.Q(offered_team__isnull=False),
            ),
            models.Index("merged_into", name="lead_by_survivor", condition=models.Q(merged_into__isnull=False)),
            models.Index("created_at", "id", name="lead_by_test", condition=models.Q(is_test=True)),
            models.Index("system", name="lead_by_system"),  # this and the rest: the list, narrowed by it
            models.Index(Upper("channel"), name="lead_by_channel"),
            models.Index(Upper("segment"), name="lead_by_segment"),
            models.Index(Upper("territory"), name="lead_by_territory"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What to call this lead on a page."""
        if self.erased_at:
            return "(erased)"
        given = " ".join(part for part in (self.first_name, self.last_name) if part)
        return self.full_name or given or self.email or self.external_id or f"Lead {self.pk}"


class LeadText(models.Model):
    """Derived: what a lead is found by and called, in a row of its own that moves of the lead leave alone.

    `text`: its names, its address and its company in capitals, a blank before each; `called`: its name in small letters, by which
    lists sort. Written by triggers of the database alone.
    """

    lead = models.OneToOneField(
        Lead, on_delete=models.DO_NOTHING, primary_key=True, related_name="text", db_constraint=False
    )
    text = models.TextField()
    called = models.TextField()

    class Meta:
        indexes = [
            models.Index("called", "lead", name="lead_text_called"),  # the list by name
            GinIndex(Letters("text"), name="lead_text_letters"),  # search by part of these
        ]

    def __str__(self) -> str:
        return self.called


class LeadIdentity(models.Model):
    """A name by which a system, a mail address or a row's own content finds this lead again.

    `scope` is 0 for the company, a partner team's id for what that partner brought, so that no partner
    learns from a conflict that another's lead exists. `key` is `id:…`, `email:…` or `row:…`.
    """

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="identities")
    scope = models.BigIntegerField(default=0)
    system = models.CharField(max_length=100)
    key = models.CharField(max_length=300)
    import_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "system", "key"], name="lead_identity_once")]

    def __str__(self) -> str:
        return f"{self.system}:{self.key}"


class Statement(models.Model):
    """What one record of a system said of a lead's plain fields, in one import or over the API; never what was typed in.

    Of each field the latest row counts. An import that says something new adds a row, which its undo takes out again.
    `key` is the name under which the record means the lead, as identities have it, or empty. `said` maps fields to texts.
    """

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="statements", db_constraint=False)
    system = models.CharField(max_length=100)
    key = models.CharField(max_length=300)
    said = models.JSONField(default=dict)
    said_at = models.DateTimeField()
    import_id = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        ordering: ClassVar = ["said_at", "id"]

    def __str__(self) -> str:
        return f"{self.system} of {self.lead_id}"


class LeadValue(models.Model):
    """One row of the append-only log of what may change about a lead and cuts figures.

    `ref` holds the id of an owner, team or campaign, `text` anything else; both empty means "none from then on".
    Order is (at, id). A row written by a stage change falls with that change's void.
    """

    class Field(models.TextChoices):
        OWNER = "owner"
        TEAM = "team"
        CAMPAIGN = "campaign"
        SEGMENT = "segment"
        TERRITORY = "territory"
        EMAIL_USABLE = "email_usable"
        PHONE_USABLE = "phone_usable"
        IS_TEST = "is_test"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="values_log", db_index=False)
    field = models.CharField(max_length=12, choices=Field.choices)
    ref = models.BigIntegerField(null=True)
    text = models.CharField(max_length=200, null=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    change = models.ForeignKey(
        "leads.StageChange", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    import_id = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        indexes = [
            models.Index("lead", "field", "at", "id", name="lead_value_order"),
            *(
                models.Index(name, name=f"lead_value_by_{name}", condition=models.Q(**{f"{name}__isnull": False}))
                for name in ("actor", "change")  # asked when a person or a change is taken out
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(at__lte=models.F("recorded_at") + models.Value("5 minutes", models.DurationField())),
                name="lead_value_not_in_the_future",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.lead_id}"


class Note(models.Model):
    """What a person wrote about a lead. Not a log: the author may change it or take it back."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="notes", db_index=False)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(max_length=10_000)
    mentions = ArrayField(
        models.BigIntegerField(), default=list, blank=True, help_text="Ids of the people named with @."
    )
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    client_key = models.CharField(
        max_length=64,
        null=True,
        blank=True,
        unique=True,
        help_text="Made by the page, so that a draft sent twice is kept once.",
    )

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        indexes = [models.Index("lead", "created_at", name="note_by_lead")]

    def __str__(self) -> str:
        return self.body[:60]


class Edit(models.Model):
    """One change by hand to a lead's fields: what they were and what they became, so that it can be undone."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="edits")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField()
    after = models.JSONField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"Edit of lead {self.lead_id}"
