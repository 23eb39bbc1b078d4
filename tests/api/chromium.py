"""A person before a real Chromium, driven over its DevTools pipe: types, presses keys, and looks at the page."""

import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

BROWSER: Final = shutil.which("chromium")
PATIENCE: Final = 30.0

needs_browser = pytest.mark.skipif(
    BROWSER is None and not os.environ.get("CI"),
    reason="there is no chromium on this machine; on Debian: apt-get install chromium fonts-noto-cjk",
)

# What a person who sees nothing is told of a control, and whether one who uses keys sees where they are.
NAMED: Final = """(() => [...document.querySelectorAll('input:not([type=hidden]), select, button, summary, a')].filter(
  one => !(one.labels?.[0]?.textContent || one.textContent || '').trim()).map(one => one.outerHTML))()"""
UNKNOWN: Final = """(() => [...document.querySelectorAll('[aria-describedby], [aria-labelledby], label[for]')].flatMap(
  one => [one.getAttribute('aria-describedby'), one.getAttribute('aria-labelledby'), one.getAttribute('for')])
  .filter(id => id && !document.getElementById(id)))()"""
TWICE: Final = """(() => { const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at) })()"""
INLINE: Final = """document.querySelectorAll('script, style, [style], [onclick], [onload]').length"""
FIELD: Final = """(() => { const shown = [...document.querySelectorAll('label')].filter(
  one => one.innerText.trim() === %s && one.control?.checkVisibility());
  shown[%d].control.focus(); shown[%d].control.value = ''; return shown.length })()"""
PRESS: Final = """(() => { const one = [...document.querySelectorAll('button, a, summary')].filter(
  one => one.innerText.trim() === %s && one.checkVisibility()); one[%d].focus(); return one.length })()"""
FOCUS: Final = """(() => { const one = document.activeElement, look = getComputedStyle(one);
  const name = one.id || one.innerText.trim();
  return [name, one === document.body || look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2] })()"""


@dataclass
class Chromium:
    """One page. ``problems``: whatever the browser complained of, such as something its policy did not allow."""

    pipe_in: int
    pipe_out: Any
    session: str = ""
    sent: int = 0
    loads: int = 0
    problems: list[str] = field(default_factory=list)

    def call(self, method: str, **told: Any) -> Any:
        """One command of the DevTools protocol, and its answer."""
        self.sent += 1
        number = self.sent
        message = {
            "id": number,
            "method": method,
            "params": told,
            **({"sessionId": self.session} if self.session else {}),
        }
        os.write(self.pipe_in, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    def _next(self) -> Any:
        read = bytearray()
        while (sign := self.pipe_out.read(1)) != b"\0":
            assert sign, "the browser ended"
            read += sign
        told = json.loads(read)
        match told.get("method"):
            case "Page.loadEventFired":
                self.loads += 1
            case "Log.entryAdded" if not _usual(told["params"]["entry"]):
                self.problems.append(told["params"]["entry"]["text"])
            case "Runtime.exceptionThrown":
                self.problems.append(str(told["params"]))
            case _:
                pass
        return told

    def run(self, script: str) -> Any:
        """What an expression gives."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, (script, self.text())
        return answer["result"].get("value")

    def open(self, address: str) -> None:
        """Type an address."""
        before = self.loads
        self.call("Page.navigate", url=address)
        self._loaded(before)

    def _loaded(self, before: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.loads == before:
            assert time.monotonic() < deadline, "no page came"
            self.call("Runtime.evaluate", expression="1")
            time.sleep(0.02)

    def fill(self, label: str, value: str, number: int = 0) -> None:
        """Type into the control of a label."""
        self.run(FIELD % (json.dumps(label), number, number))
        self.call("Input.insertText", text=value)

    def key(self, key: str, code: int, text: str = "") -> None:
        """Press a key."""
        usual = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", **usual, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **usual)

    def press(self, name: str, number: int = 0, *, leads_on: bool = True) -> None:
        """Press what bears this name, with the keyboard."""
        before = self.loads
        self.run(PRESS % (json.dumps(name), number))
        self.key("Enter", 13, "\r")
        if leads_on:
            self._loaded(before)

    def text(self) -> str:
        """What is to be read on the page."""
        return str(self.call("Runtime.evaluate", expression="document.body.innerText")["result"].get("value"))

    def path(self) -> str:
        """Where the browser is."""
        return str(self.run("location.pathname + location.search"))

    def look(self) -> None:
        """The page can be used without eyes and without a mouse, and runs nothing of its own."""
        assert (self.run(NAMED), self.run(UNKNOWN), self.run(TWICE), self.run(INLINE)) == ([], [], [], 0)
        assert self.run("document.documentElement.lang") in {"ja", "en"}
        assert self.run("document.title")
        self.run("document.activeElement.blur()")
        seen = []
        for _ in range(6):
            self.key("Tab", 9)
            seen.append(self.run(FOCUS))
        assert all(visible for _, visible in seen), seen
        assert len({name for name, _ in seen}) > 1
        assert self.problems == [], self.problems


def _usual(entry: Any) -> bool:
    """What is no fault of the page: refusals by status, advice, and features that this build of the browser has not."""
    return entry["source"] == "network" or entry["level"] == "verbose" or "Unrecognized feature" in entry["text"]


@contextmanager
def chromium(folder: Path, language: str = "ja") -> Iterator[Chromium]:
    """A browser of its own, with nothing kept from before."""
    child_in, ours_in = os.pipe()
    ours_out, child_out = os.pipe()
    child_in, child_out = (fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (child_in, child_out))

    def ends() -> None:
        os.dup2(child_in, 3)
        os.dup2(child_out, 4)

    command = [
        BROWSER or "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        "--disable-dev-shm-usage", "--remote-debugging-pipe", f"--user-data-dir={folder}", f"--accept-lang={language}",
        "about:blank",
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(3, 4),
        preexec_fn=ends,  # noqa: PLW1509
    )
    os.close(child_in)
    os.close(child_out)
    with os.fdopen(ours_out, "rb") as pipe_out:
        browser = Chromium(ours_in, pipe_out)
        try:
            target = browser.call("Target.createTarget", url="about:blank")["targetId"]
            session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            browser.session = session
            for part in ("Page", "Runtime", "Log"):
                browser.call(f"{part}.enable")
            yield browser
        finally:
            os.close(ours_in)
            process.terminate()
            process.wait(PATIENCE)
