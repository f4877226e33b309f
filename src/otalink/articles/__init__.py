"""How a message is shown: sanitised HTML, folded quotes, downloads."""
