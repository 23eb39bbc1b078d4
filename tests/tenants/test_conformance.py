"""The log is a recorder as the library means it: its own conformance tests pass on it."""

import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from tenants.recorder import CityRecorder, Envelope
from tests.conftest import House

# The library's tests also name its cipher, which needs another cryptography package and which we do not use.
UNUSED = ModuleType("eventsourcing.cipher")
UNUSED.AESCipher = None  # type: ignore[attr-defined]
with patch.dict(sys.modules, {UNUSED.__name__: UNUSED}):
    from eventsourcing.tests.persistence import ApplicationRecorderTestCase


class SelfSufficientRecorder(CityRecorder):
    """Supplies the envelope that a desk would give."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        kwargs.setdefault("envelope", Envelope(uuid4(), 1, uuid4(), "", os.urandom(32)))
        return super().insert_events(stored_events, **kwargs)


class TestConformance(ApplicationRecorderTestCase[CityRecorder]):
    house: House

    @pytest.fixture(autouse=True)
    def _own_log(self, house: House) -> None:
        self.house = house
        self.city = house.add_city()
        house.tenancy.check_log(self.city)

    def create_recorder(self) -> CityRecorder:
        return SelfSufficientRecorder(self.house.tenancy.pool, self.city)

    def test_performance(self) -> None:
        pytest.skip("it measures and promises nothing")

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()
