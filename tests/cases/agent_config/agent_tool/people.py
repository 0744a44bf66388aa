"""An agent made in Python."""

from adkconf.agents import LlmAgent

translator = LlmAgent(
    name="translator", model="gemini-2.5-flash", description="Translates."
)
