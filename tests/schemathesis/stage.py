"""People, tickets and everything else that requests need to be about, made over the REST API itself."""

import itertools
import struct
import zlib

import requests


def picture(side):
    """A grey square as PNG."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\x00" + b"\x80" * side for _ in range(side)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


# Large enough to have a smaller copy.
PICTURE = picture(1_200)


class Stage:
    """Four people who ask, and what they ask about."""

    def __init__(self, url, people, password):
        self.url = url
        self.password = password
        self.numbers = itertools.count(1)
        self.sessions = {name: self.signs_in(address) for name, address in people.items()}
        self.tokens = {name: session["accessToken"] for name, session in self.sessions.items()}
        self.ids = {name: session["user"]["id"] for name, session in self.sessions.items()}

    def does(self, by, method, path, status=(200, 201, 202, 204), **rest):
        headers = {"Authorization": f"Bearer {self.tokens[by]}"} if by else {}
        answer = requests.request(method, self.url + path, headers=headers, timeout=30, **rest)
        assert answer.status_code in status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def posts(self, by, path, **body):
        return self.does(by, "POST", path, json=body)

    def signs_in(self, address):
        return self.posts(None, "/api/auth/login", email=address, password=self.password)

    def fresh(self, what):
        return f"{what} {next(self.numbers)}"

    def ticket(self, by="student", **fields):
        fields = {"title": self.fresh("Printer"), "description": "It is on fire", "category": "technical", **fields}
        return self.posts(by, "/api/support/tickets", **fields)

    def message(self, by="student", ticket=None):
        ticket = ticket or self.ticket(by)["id"]
        return self.posts(by, "/api/chat/messages", ticket=ticket, message=self.fresh("Still burning"))

    def note(self, by="instructor", ticket=None):
        ticket = ticket or self.ticket()["id"]
        return self.posts(by, f"/api/support/tickets/{ticket}/notes", note=self.fresh("Look at the fuser"))

    def file(self, name="smoke.png", content=PICTURE):
        path = f"/api/support/tickets/{self.ticket()['id']}/upload"
        answer = self.does("student", "POST", path, files={"files": (name, content)})
        return answer["messages"][0]["attachment"]

    def user(self, role="student", **fields):
        name = self.fresh("Vic Tim")
        address = name.lower().replace(" ", ".") + "@example.org"
        return self.posts("admin", "/api/users", name=name, email=address, role=role, **fields)

    def team(self):
        return self.posts("admin", "/api/teams", name=self.fresh("Hardware"))

    def key(self):
        return self.posts("admin", "/api/keys", name=self.fresh("Wiki"), scopes=["read"])

    def job(self):
        body = {"action": "tag", "add": ["exam"], "ids": [self.ticket()["id"]]}
        return self.posts("instructor", "/api/support/tickets/bulk", **body)

    def confidential(self):
        """A ticket that two members of staff are named in."""
        ticket = self.ticket(by="instructor", confidential=True, createdFor=self.ids["student"])["id"]
        other = self.user("instructor", password=self.password)["id"]
        self.posts("instructor", f"/api/support/tickets/{ticket}/staff", userId=other)
        return ticket, other
