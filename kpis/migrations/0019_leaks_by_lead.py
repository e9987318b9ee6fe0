"""Which leads leak, by kind or side, is told by an index alone: the list puts them together with those of another filter."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("kpis", "0018_one_index_each")]

    operations = [
        migrations.AddIndex(
            "leak",
            models.Index(
                F("kind"), F("side"), F("lead"), condition=Q(("until", None)), include=("since",), name="leak_open"
            ),
        )
    ]
