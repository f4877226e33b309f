"""The OpenID provider: customers sign in to other portals as they do to ours. Off until a setting says otherwise."""
