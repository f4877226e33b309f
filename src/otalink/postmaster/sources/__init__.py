"""Where mail comes from: each source hands bytes to `intake.run` and learns what became of them."""
