"""A member of staff made in Python."""

from adkconf.agents import LlmAgent

porter = LlmAgent(name="porter", model="gemini-2.5-flash", instruction="Carry luggage.")
