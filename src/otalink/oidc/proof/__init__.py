"""Proof that somebody is who they say: a code by mail, its mail, and the pages that ask for it."""
