"""Who may ask, how often and for whose data: the guard in front of every route."""
