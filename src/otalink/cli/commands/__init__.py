"""The words, arguments and help of every command, one module per group; their handlers are imported when they run."""
