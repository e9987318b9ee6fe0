"""Nothing yet."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_what_leaves_for_chats")]

    operations: list[migrations.operations.base.Operation] = []
