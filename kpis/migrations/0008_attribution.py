from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0007_kept_metrics")]
    operations: list = []
