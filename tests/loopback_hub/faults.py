"""What goes wrong on purpose: answers that refuse, and connections that break before, within or after the work."""

import re
from dataclasses import dataclass, field


@dataclass
class Fault:
    """A request that matches is broken, `times` times, after `spared` that go well.

    Attributes:
        kind: `status`; or the connection is closed `before` the request is read to its end, `within` the answer's body,
            `after` the work is done but before it is told.
    """

    method: str
    path: str
    kind: str
    times: int = 1
    spared: int = 0
    status: int = 500
    headers: dict = field(default_factory=dict)
    message: str = "it was told to"

    def takes(self, method, path):
        if self.times < 1 or method != self.method or not re.search(self.path, path):
            return False
        if self.spared > 0:
            self.spared -= 1
            return False
        self.times -= 1
        return True


class Faults(list):
    def refuse(self, method, path, status, *, times=1, spared=0, message="it was told to", **headers):
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        self.append(Fault(method, path, "status", times, spared, status, named, message))

    def cut(self, method, path, when="before", *, times=1, spared=0):
        self.append(Fault(method, path, when, times, spared))

    def met(self, method, path):
        """The fault that a request runs into, if any."""
        return next((fault for fault in self if fault.takes(method, path)), None)
