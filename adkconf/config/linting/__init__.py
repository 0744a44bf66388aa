"""Lints: what the language allows and somebody who knows the field would not do."""
