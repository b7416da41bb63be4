"""What makes layers one picture: things in front, lens, sensor, JPEG."""
