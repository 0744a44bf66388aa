"""Sessions in SQL tables: the layout, the statements and the transactions."""
