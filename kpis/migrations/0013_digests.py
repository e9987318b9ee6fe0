from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0012_verdicts")]
    operations: list = []
