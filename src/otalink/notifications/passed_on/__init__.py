"""Mail that another system wrote and handed over: its copies, and what its sender is told of them."""
