"""When somebody was invited to set a password, and before when their sessions are over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_people_of_an_import")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="invited_at",
            field=models.DateTimeField(
                blank=True, editable=False, help_text="When they were last sent a link to set a password.", null=True
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="signed_out_at",
            field=models.DateTimeField(blank=True, editable=False, help_text="Sessions begun before are over.", null=True),
        ),
    ]
