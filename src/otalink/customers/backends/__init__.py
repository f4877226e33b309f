"""The places customer users are kept in; one module each, one Protocol for all."""
