"""The texts in a mail, whatever form they come in, as people should read them."""
