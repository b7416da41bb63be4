"""Making whole sets, on one machine or many."""
