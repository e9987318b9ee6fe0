"""Nothing yet."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("api", "0002_keep_answers_to_the_byte")]

    operations: list[migrations.operations.base.Operation] = []
