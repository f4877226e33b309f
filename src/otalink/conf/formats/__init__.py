"""How dates are written where no template says it: the admin's pages."""
