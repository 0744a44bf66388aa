"""An agent class of its own."""

from adkconf.agents import BaseAgent


class CountingAgent(BaseAgent):
    limit: int = 1

    async def _run_async_impl(self, ctx):
        return
        yield


def look(callback_context):
    return None
