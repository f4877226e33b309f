"""Settings that an operator changes at run time, each declared once."""
