from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kpis", "0013_digests")]
    operations: list = []
