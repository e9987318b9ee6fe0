"""The pages about agreed KPIs."""
