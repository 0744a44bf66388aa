from __future__ import annotations

import pytest

from adkconf.builder.catalog import ADDRESSES
from adkconf.builder.engine import ADKCONF
from adkconf.config.catalog.families import CATALOGS

BUILTINS = {
    (family, builtin.name)
    for family, catalog in CATALOGS.items()
    for builtin in catalog.builtins.values()
}


def test_the_language_and_the_builder_know_the_same_components():
    assert {(family, name) for family, names in ADDRESSES.items() for name in names} == BUILTINS


@pytest.mark.parametrize(
    "address", sorted({a for names in ADDRESSES.values() for a in names.values()})
)
def test_every_address_leads_somewhere(address: str):
    assert ADKCONF.get(address) is not None
