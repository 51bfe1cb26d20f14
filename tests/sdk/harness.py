"""Sends requests through the SDK, counts them, and compares what comes back."""

import json
import sys
import urllib.error
import urllib.request

import lark_oapi as lark

APP_ID = "cli_sandbox"
APP_SECRET = "sandbox-secret"


def make(request_class, **fields):
    """Builds a request with the SDK's own builder: one setter per named field."""
    builder = request_class.builder()
    for name, value in fields.items():
        getattr(builder, name)(value)
    return builder.build()


class Run:
    def __init__(self, base):
        self.base = base
        self.client = (
            lark.Client.builder()
            .domain(base)
            .app_id(APP_ID)
            .app_secret(APP_SECRET)
            .log_level(lark.LogLevel.ERROR)
            .build()
        )
        self.contact = self.client.contact.v3
        self.passed = 0
        self.failed = 0
        self.calls = 0
        self.refusals = 0

    def judge(self, good, text):
        if good:
            self.passed += 1
            return
        self.failed += 1
        frame = sys._getframe(1)
        while frame.f_code.co_filename == __file__:
            frame = frame.f_back
        print(f"FAIL {frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.f_lineno}: {text}")

    def ok(self, method, request, *option):
        """The call must succeed; gives the SDK's `data` object."""
        answer = method(request, *option)
        self.calls += 1
        status = answer.raw.status_code
        self.judge((status, answer.code) == (200, 0), f"{request.uri}: {status} {answer.raw.content.decode()}")
        return getattr(answer, "data", None)

    def raw(self, method, request, *option):
        """As `ok`, but gives `data` as it came, with what the SDK's models do not know."""
        answer = method(request, *option)
        self.calls += 1
        body = json.loads(answer.raw.content)
        status = answer.raw.status_code
        self.judge((status, answer.code) == (200, 0), f"{request.uri}: {status} {body}")
        return body.get("data", {})

    def refused(self, method, request, status, code, *option):
        """The call must be refused with exactly this status and code."""
        answer = method(request, *option)
        self.calls += 1
        self.refusals += 1
        got = (answer.raw.status_code, answer.code)
        self.judge(got == (status, code), f"{request.uri}: want {(status, code)}, got {got}: {answer.msg}")

    def same(self, got, want, what):
        self.judge(got == want, f"{what}: want {want!r}, got {got!r}")

    def pages(self, method, request_class, key, **fields):
        """Walks a list to its end; gives the things and the number of pages."""
        things, pages, token = [], 0, None
        while True:
            request = make(request_class, **fields)
            if token:
                request.add_query("page_token", token)
            data = self.ok(method, request)
            pages += 1
            things += getattr(data, key) or []
            if not data.has_more or pages > 100:
                return things, pages
            token = data.page_token

    def act(self, **body):
        """What a person or an administrator does outside of the API."""
        return self.control("act", body)

    def control(self, path, body):
        request = urllib.request.Request(
            f"{self.base}/_sandbox/{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method="PATCH" if path == "tenant/settings" else "POST",
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path} {body}: {error.read().decode()}") from error
