"""What runs beside the serving of requests goes on, whatever happens to it."""

import threading
import time

import pytest

from api.house import kept_up


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_work_that_fails_unforeseen_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.house.CHECKPOINT_EVERY", 0.01)
    stop, begun = threading.Event(), []

    def work() -> None:
        begun.append(time.monotonic())
        if len(begun) < 3:
            raise RuntimeError
        stop.wait(5)

    thread = threading.Thread(target=kept_up, args=(work, stop, {}, "work"))
    thread.start()
    while len(begun) < 3:
        time.sleep(0.01)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()
    assert len(begun) == 3
