"""The customer's pages: link, ticket, list, reply, sign-in."""
