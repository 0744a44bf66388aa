"""What a person is asked about first."""


def changes_something(place: str | None = None) -> bool:
    """Whether a call moves a parcel; it gets the arguments that it has parameters for."""
    return place is not None
