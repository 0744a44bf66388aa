"""Sessions in SQL tables: the layout, the transactions, and the two ways of running them."""
