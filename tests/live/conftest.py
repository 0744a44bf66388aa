from tests.wire.live_fixtures import live_certificate, live_server

__all__ = ["live_certificate", "live_server"]
