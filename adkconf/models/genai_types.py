"""google-genai's types, for models of ours that hold them.

google-genai makes the schema of a type at its first use. A model that holds the type before that
would make its schema anew, and so would the next one; here those that many hold are made once.
"""

from __future__ import annotations

from google.genai import types

__all__ = ["types"]

# What others of them hold comes first.
for _held in (
    types.Schema,
    types.HttpOptions,
    types.SpeechConfig,
    types.Part,
    types.Content,
    types.Tool,
    types.GenerateContentConfig,
    types.GroundingMetadata,
    types.LogprobsResult,
    types.GenerateContentResponseUsageMetadata,
    types.Transcription,
    types.AudioTranscriptionConfig,
    types.RealtimeInputConfig,
):
    _held.model_rebuild()
