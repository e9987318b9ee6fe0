"""The Django project, and the common ground that both teams stand on."""
