"""OpenAPI documents of real shapes."""

from __future__ import annotations

from typing import Any


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _list(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


LONG = "a-very-long-operation-name-that-goes-on-and-on-for-more-than"
PET = {"$ref": "#/components/schemas/Pet"}
OK = {"200": {"description": "ok", **_json(PET)}}


def petstore(url: str = "https://pets.test/v1") -> dict[str, Any]:
    """References, some in a circle; parameters of paths, queries and headers; bodies."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "Pets", "version": "1"},
        "servers": [{"url": url}],
        "paths": {
            "/pets": {
                "get": {
                    "operationId": "listPets",
                    "summary": "Lists pets.",
                    "parameters": [
                        {
                            "name": "pageSize",
                            "in": "query",
                            "description": "How many.",
                            "schema": {"type": "Integer", "format": "int32", "default": 10},
                        },
                        {
                            "name": "tags",
                            "in": "query",
                            "schema": {"type": "array", "items": {"type": "string"}},
                        },
                        {"name": "from", "in": "query", "schema": {"type": "string"}},
                        {"$ref": "#/components/parameters/Trace"},
                        {"$ref": "#/components/parameters/Nowhere"},
                    ],
                    "responses": OK,
                },
                "post": {
                    "operationId": "createPet",
                    "description": "Adds a pet.",
                    "requestBody": {"required": True, **_json(PET)},
                    "responses": OK,
                },
            },
            "/pets/{petId}": {
                "parameters": [
                    {"name": "petId", "in": "path", "schema": {"type": "string"}},
                    {"name": "pet_id", "in": "query", "schema": {"type": "integer"}},
                ],
                "get": {"operationId": "GetPetByID", "responses": OK},
                "delete": {
                    "parameters": [
                        {"name": "session", "in": "cookie", "schema": {"type": "boolean"}}
                    ],
                    "responses": {"204": {"description": "gone"}},
                },
                "put": {
                    "operationId": f"{LONG}-sixty",
                    "requestBody": _json({"type": "array", "items": PET}),
                    "responses": OK,
                },
                "patch": {
                    "operationId": f"{LONG}-that",
                    "requestBody": _json({"allOf": [PET, {"type": "object"}]}),
                    "responses": OK,
                },
            },
        },
        "components": {
            "parameters": {
                "Trace": {
                    "name": "X-Trace",
                    "in": "header",
                    "required": True,
                    "schema": {"type": "integer"},
                }
            },
            "schemas": {
                "Pet": {
                    "type": "object",
                    "required": ["petName"],
                    "properties": {
                        "petName": {"type": "string", "description": "Its name.", "maxLength": 20},
                        "kind": {"type": "string", "enum": ["cat", "dog"], "nullable": True},
                        "mother": {"$ref": "#/components/schemas/Pet"},
                        "owner": {"$ref": "#/components/schemas/Owner"},
                        "extra": {"type": "Any", "description": "Whatever."},
                    },
                },
                "Owner": {
                    "type": "object",
                    "properties": {
                        "firstName": {"type": "string"},
                        "pets": {"type": "array", "items": PET},
                    },
                },
            },
        },
    }


def forms(url: str = "https://forms.test") -> dict[str, Any]:
    """Bodies that are no JSON objects, and a query that is part of the path."""

    def operation(name: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
        body = {"content": {media_type: {"schema": schema}}}
        return {"post": {"operationId": name, "requestBody": body, "responses": {}}}

    fields = {"type": "object", "properties": {"userName": {"type": "string"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Forms", "version": "1"},
        "servers": [{"url": f"{url}/"}],
        "paths": {
            "/form": operation("sendForm", "application/x-www-form-urlencoded", fields),
            "/text": operation("sendText", "text/plain", {"type": "string"}),
            "/json?fixed=1": operation("sendJson", "application/vnd.x+json", fields),
            "/untyped": operation("sendAny", "application/json", {}),
        },
    }


def secured(url: str = "https://safe.test") -> dict[str, Any]:
    """Schemes for all, for one operation, for none, and one that may be left out."""
    responses = {"responses": {"200": {"description": "ok"}}}
    return {
        "openapi": "3.0.0",
        "info": {"title": "Safe", "version": "1"},
        "servers": [{"url": url}],
        "security": [{"key": []}],
        "paths": {
            "/key": {"get": {"operationId": "byKey", **responses}},
            "/bearer": {
                "get": {
                    "operationId": "byToken",
                    "security": [{"token": []}],
                    "responses": responses,
                }
            },
            "/open": {"get": {"operationId": "open", "security": [], "responses": responses}},
            "/either": {
                "get": {
                    "operationId": "either",
                    "security": [{}, {"key": []}],
                    "responses": responses,
                }
            },
        },
        "components": {
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "query", "name": "api_key"},
                "token": {"type": "http", "scheme": "bearer"},
            }
        },
    }
