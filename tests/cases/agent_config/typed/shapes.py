"""What comes in, what goes out, and a model made in Python."""

from adkconf.models import Gemini
from pydantic import BaseModel

model = Gemini(model="gemini-2.5-pro")


class Question(BaseModel):
    text: str


class Answer(BaseModel):
    text: str
    sure: bool = False
