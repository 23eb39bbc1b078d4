"""The cities: who they are, who may act for them, and each city's own event log."""
