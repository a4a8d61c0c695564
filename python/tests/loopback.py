"""A Hugging Face hub on loopback: the part of its HTTP API that downloads use, with one repository.

Files of more than 1000 bytes come from another host, by redirection, as those of LFS do.
"""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

REPOSITORY = "acme/echo-test"
FIRST = "a1" * 20
SECOND = "b2" * 20
LARGE = 1000


class Hub:
    """What there is, how to answer wrongly, and what was asked.

    Attributes
    ----------
    commits
        The files of each commit.
    revisions
        The commit of each branch and tag.
    token
        Who may ask; None for everybody.
    fault
        Gives the status and headers for a path in place of the right answer; None for that.
    requests
        Methods and paths.
    tokens
        What stood in `Authorization`.
    """

    def __init__(self, files):
        self.commits = {FIRST: files}
        self.revisions = {"main": FIRST}
        self.token = None
        self.fault = lambda _path: None
        self.requests = []
        self.tokens = []
        # Two hosts: a redirection to the same one would be followed as if there were none.
        self.servers = [ThreadingHTTPServer(("127.0.0.1", 0), self._handler()) for _ in range(2)]
        self.address, self.store = (f"http://127.0.0.1:{s.server_port}" for s in self.servers)
        for server in self.servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def close(self):
        """Answer nothing more: connections are refused."""
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def _handler(self):
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                hub.answer(self, with_body=True)

            def do_HEAD(self):
                hub.answer(self, with_body=False)

            def log_message(self, *_):
                pass

        return Handler

    def answer(self, request, *, with_body):
        path = unquote(request.path.partition("?")[0])
        self.requests.append((request.command, path))
        self.tokens.append(request.headers.get("Authorization"))
        status, headers, body = self._answer(request, path)
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if with_body:
            request.wfile.write(body)

    def _answer(self, request, path):
        if (wrong := self.fault(path)) is not None:
            return *wrong, b"{}"
        if path.startswith("/content/"):
            return self._content(path.rpartition("/")[2])
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            return 401, {"X-Error-Message": "Invalid username or password."}, b""
        for start, give in (
            (f"/api/models/{REPOSITORY}/revision/", self._information),
            (f"/{REPOSITORY}/resolve/", self._file),
        ):
            if path.startswith(start):
                revision, _, name = path.removeprefix(start).partition("/")
                commit = self.revisions.get(revision, revision)
                if commit not in self.commits:
                    return 404, {"X-Error-Code": "RevisionNotFound"}, b""
                return give(commit, name)
        return 404, {"X-Error-Code": "RepoNotFound"}, b""

    def _information(self, commit, _name):
        siblings = [{"rfilename": name} for name in sorted(self.commits[commit])]
        body = json.dumps({"id": REPOSITORY, "sha": commit, "siblings": siblings}).encode()
        return 200, {"Content-Type": "application/json"}, body

    def _file(self, commit, name):
        data = self.commits[commit].get(name)
        headers = {"X-Repo-Commit": commit}
        if data is None:
            return 404, headers | {"X-Error-Code": "EntryNotFound"}, b""
        digest = hashlib.sha256(data).hexdigest()
        if len(data) <= LARGE:
            git = hashlib.sha1(b"blob %d\0" % len(data) + data)  # noqa: S324  As git names files.
            return 200, headers | {"ETag": f'"{git.hexdigest()}"'}, data
        linked = {"X-Linked-Etag": f'"{digest}"', "X-Linked-Size": str(len(data))}
        return 302, headers | linked | {"Location": f"{self.store}/content/{digest}"}, b""

    def _content(self, digest):
        for files in self.commits.values():
            for data in files.values():
                if hashlib.sha256(data).hexdigest() == digest:
                    return 200, {"ETag": f'"{digest}"'}, data
        return 404, {}, b""
