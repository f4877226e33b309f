"""The pages on which agents work; they know a desk only through its port."""
