"""What callers pass, as signals of float32."""
