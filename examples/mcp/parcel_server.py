"""An MCP server over standard input and output; any program that speaks MCP would do."""

from mcp.server.mcpserver import MCPServer

server = MCPServer("parcels")
places = {"A7": "Bern"}


@server.tool()
def find_parcel(number: str) -> str:
    """Tells where a parcel is."""
    return places.get(number, "nowhere")


@server.tool()
def move_parcel(number: str, place: str) -> str:
    """Sends a parcel to another place."""
    places[number] = place
    return f"{number} is on its way to {place}"


if __name__ == "__main__":
    server.run("stdio")
