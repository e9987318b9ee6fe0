from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0008_attribution")]
    operations: list = []
