"""A headless Chromium, driven through its DevTools protocol over two pipes: nothing but Python is needed.

https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time


def path() -> str | None:
    """Where Chromium is; None where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Failure(Exception):
    """What the browser did not do."""


class Chromium:
    """One browser with one page. Everything that the page asks of any network, and all that it complains of, is kept."""

    def __init__(self, width: int = 1280, height: int = 900):
        self.profile = tempfile.mkdtemp(prefix="echo-gpu-chromium-")
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        program = [
            path(), "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu",
            "--disable-dev-shm-usage", "--no-first-run", "--mute-audio", "--hide-scrollbars",
            "--autoplay-policy=user-gesture-required", "--disable-background-networking",
            f"--user-data-dir={self.profile}", f"--window-size={width},{height}", "about:blank",
        ]
        # It reads descriptor 3 and writes 4.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{commands} 4>&{answers}', "chromium", *program],
            pass_fds=(commands, answers), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.buffer = b""
        self.number = 0
        self.events: list[dict] = []
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.resize(width, height)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        os.close(self.commands)
        os.close(self.answers)
        shutil.rmtree(self.profile, ignore_errors=True)

    # Messages

    def call(self, method: str, **parameters) -> dict:
        """Sends a command and waits for its answer; events that come meanwhile are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.commands, data):]
        while True:
            answer = self._message(60)
            if answer.get("id") != self.number:
                self.events.append(answer)
                continue
            if "error" in answer:
                raise Failure(f"{method}: {answer['error']['message']}")
            return answer["result"]

    def _message(self, seconds: float) -> dict:
        end = time.monotonic() + seconds
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.answers], [], [], left)[0]:
                raise Failure(f"no answer within {seconds} s")
            piece = os.read(self.answers, 1 << 20)
            if not piece:
                raise Failure("the browser ended")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def _wait_for(self, method: str, seconds: float = 60) -> None:
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self._message(seconds))

    # What a user does

    def open(self, file: pathlib.Path) -> None:
        """Opens a file and waits until it is loaded."""
        self.events.clear()
        self.call("Page.navigate", url=file.resolve().as_uri())
        self._wait_for("Page.loadEventFired")
        # Time to draw, and for what is asked for late; without scripts there is nothing that would tell.
        time.sleep(0.1)

    def evaluate(self, expression: str, as_user: bool = False):
        """The value of an expression of the page's, awaited; `as_user` as if a click had led to it."""
        result = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True,
            userGesture=as_user)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise Failure(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def click(self, x: float, y: float) -> None:
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, clickCount=1,
                button="none" if kind == "mouseMoved" else "left")

    def press(self, key: str, text: str = "") -> None:
        codes = {"Tab": 9, "Enter": 13, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        parameters = {"key": key, "code": key, "windowsVirtualKeyCode": codes.get(key, 0)}
        if key == "Enter":
            text = "\r"
        if len(key) == 1:
            text = key
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **parameters)
        self.call("Input.dispatchKeyEvent", type="keyUp", **parameters)

    def resize(self, width: int, height: int) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
            mobile=False)

    def media(self, medium: str = "", scheme: str = "light") -> None:
        """What style sheets are asked for: `print`, or the dark scheme."""
        self.call(
            "Emulation.setEmulatedMedia", media=medium,
            features=[{"name": "prefers-color-scheme", "value": scheme}])

    def without_script(self, is_off: bool = True) -> None:
        self.call("Emulation.setScriptExecutionDisabled", value=is_off)

    def screenshot(self, file: pathlib.Path, whole: bool = True) -> None:
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        file.write_bytes(base64.b64decode(data))

    def pdf(self, file: pathlib.Path) -> None:
        file.write_bytes(base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"]))

    # What came of it

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings of the console, exceptions, and what the content policy stopped."""
        self.evaluate("0")
        found = []
        for event in self.events:
            parameters = event.get("params", {})
            match event.get("method"):
                case "Runtime.exceptionThrown":
                    found.append(parameters["exceptionDetails"]["text"])
                case "Log.entryAdded" if parameters["entry"]["level"] in ("error", "warning"):
                    found.append(parameters["entry"]["text"])
                case "Runtime.consoleAPICalled" if parameters["type"] in ("error", "warning", "assert"):
                    found.append(str(parameters["args"]))
        return found

    @property
    def requests(self) -> list[str]:
        """Addresses that the page asked for, but for what it carries in itself."""
        self.evaluate("0")
        addresses = [
            event["params"]["request"]["url"] for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]
        return [address for address in addresses if not address.startswith("data:")]
