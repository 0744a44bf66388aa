"""The session log: events and what they do."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.events.event import Event as Event
    from adkconf.events.event_actions import EventActions as EventActions
    from adkconf.events.event_actions import EventCompaction as EventCompaction
    from adkconf.events.request_input import RequestInput as RequestInput
    from adkconf.events.ui_widget import UiWidget as UiWidget

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "Event": "adkconf.events.event",
        "EventActions": "adkconf.events.event_actions",
        "EventCompaction": "adkconf.events.event_actions",
        "RequestInput": "adkconf.events.request_input",
        "UiWidget": "adkconf.events.ui_widget",
    },
)
