"""Customer users in an LDAP directory."""
