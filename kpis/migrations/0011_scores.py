from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0010_forecasts")]
    operations: list = []
