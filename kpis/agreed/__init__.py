"""KPIs that both sides agreed: what they measure, their targets, whether they are met, why they changed."""
