"""SQL databases behind services: connections, transactions, and what their errors mean."""
