from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0006_limits_agreement")]
    operations: list = []
