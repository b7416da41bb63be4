"""How people are turned and framed."""
