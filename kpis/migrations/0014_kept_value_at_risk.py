from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0013_digests")]
    operations = [
        migrations.CreateModel(
            name="KeptPage",
            fields=[
                ("key", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("rests_on", models.JSONField()),
                ("document", models.JSONField()),
            ],
        ),
    ]
