from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0011_scores")]
    operations: list = []
