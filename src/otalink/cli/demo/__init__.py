"""`otalink demo`: the main job on a sample mail, shown with the real product."""
