"""Who works here: the organisation, its teams and their sides, people, and the keys of other systems."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.crypto import salted_hmac
from knox.models import AbstractAuthToken

from alignment.clock import BEGINNING


class Organisation(models.Model):
    """The company that uses this installation: one row, made by the set-up page or on first need."""

    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64, help_text="The reporting time zone: every period begins and ends here.")
    currency = models.CharField(max_length=3, help_text="The reporting currency of every figure.")
    set_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_organisation")]

    def __str__(self) -> str:
        return self.name


class Side(models.TextChoices):
    MARKETING = "marketing", "Marketing"
    SALES = "sales", "Sales"
    PARTNER = "partner", "Partner"


class Team(models.Model):
    """A group of people on one side. A partner counts as sales in every figure and sees only its own leads."""

    name = models.CharField(max_length=200)
    side = models.CharField(max_length=10, choices=Side.choices)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="team_name_once"),
            models.CheckConstraint(
                condition=models.Q(side__in=["marketing", "sales", "partner"]), name="team_has_a_side"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    MEMBER = "member", "Member"
    LEAD = "lead", "Team lead (signs for the side)"
    MANAGER = "manager", "Manager (reads everything)"
    OPERATOR = "operator", "Operator (runs the product)"


class UserManager(BaseUserManager["User"]):
    """Finds people by e-mail without regard to case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> User:
        """A person; without a password they cannot sign in until they set one from an invitation."""
        user = self.model(email=email.strip() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{"name": email, "role": Role.OPERATOR, **fields})


class User(AbstractBaseUser):  # type: ignore[django-manager-missing]
    """A person: with an e-mail and a password they sign in; named in an import only, they just own and act."""

    email = models.EmailField(null=True, blank=True, max_length=254)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    is_active = models.BooleanField(default=True)
    system = models.CharField(max_length=100, null=True, blank=True)
    external_id = models.CharField(max_length=200, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    invited_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When they were last sent a link to set a password."
    )
    signed_out_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Sessions begun before are over."
    )
    import_id = models.BigIntegerField(null=True, blank=True, editable=False, db_index=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.UniqueConstraint(fields=["system", "external_id"], name="user_external_id_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=["member", "lead", "manager", "operator"]), name="user_has_a_role"
            ),
        ]
        indexes = [models.Index(Lower("name"), name="user_by_name")]

    def __str__(self) -> str:
        return self.name or self.email or "?"

    @property
    def label(self) -> str:
        """How reports and the API name this person: the e-mail, else the name."""
        return self.email or self.name

    @property
    def side(self) -> str | None:
        return self.team.side if self.team else None

    @property
    def may_sign_in(self) -> bool:
        """Whether a password is theirs to set: they have one or were invited; who is only named in an import has none."""
        return self.is_active and (self.invited_at is not None or self.has_usable_password())

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What every session carries: a new password ends the older ones, and so does signing out everywhere."""
        stamp = self.signed_out_at.isoformat() if self.signed_out_at else ""
        return salted_hmac("people.User.session", self.password + stamp, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_operator(self) -> bool:
        return self.role == Role.OPERATOR

    @property
    def is_staff(self) -> bool:
        return self.is_active and self.is_operator

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_staff

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class PersonChange(models.Model):
    """One row of a person's append-only log: active or not, and in which team, from `at` on."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="changes", db_index=False)
    at = models.DateTimeField(default=BEGINNING)
    recorded_at = models.DateTimeField()
    active = models.BooleanField()
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT)
    import_id = models.BigIntegerField(null=True, editable=False, db_index=True)

    class Meta:
        indexes = [models.Index("user", "at", "id", name="person_change_order")]

    def __str__(self) -> str:
        return f"{self.user_id} from {self.at:%Y-%m-%d}"


class Scope(models.TextChoices):
    READ = "read", "Read"
    WRITE = "write", "Read and write"


class ApiKey(AbstractAuthToken):  # type: ignore[misc]
    """A key that another system holds; it may do what its person may do, within its scope."""

    name = models.CharField(max_length=100, blank=True)
    scope = models.CharField(max_length=5, choices=Scope.choices, default=Scope.READ)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(scope__in=["read", "write"]), name="api_key_has_a_scope")
        ]

    def __str__(self) -> str:
        return self.name or self.token_key


def validate_currency(value: str) -> None:
    """Three capital letters, as ISO 4217 writes them."""
    if len(value) != 3 or not value.isascii() or not value.isalpha() or not value.isupper():
        raise ValidationError("A currency is three capital letters, such as EUR.", code="invalid_currency")
