"""One table for every kind of record that goes through stages beside proposals, challenges and cases (記録)."""
