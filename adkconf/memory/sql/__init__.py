"""Memory in SQL tables: what is indexed of a text, the full-text indexes, and the transactions."""
