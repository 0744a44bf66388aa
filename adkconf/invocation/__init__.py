"""What happens around an agent in one run; `Runner` puts these together."""
