from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0009_agreed_kpis")]
    operations: list = []
