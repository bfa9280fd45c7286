"""A mail server for the tests: it demands STARTTLS and a password, and does what it is told to with mails.

    python server.py FOLDER PORT

FOLDER/rules.json, when it is there, is read anew for each mail:
  {"refuse": ["bounce@example.org"]}     addresses that are refused for good (550)
  {"greylist": 1}                        so many times each recipient is told to come back (451)
  {"drop": 1}                            so many times the connection ends when a mail has been handed over, unconfirmed
  {"delay": 0.5}                         seconds before a mail that was handed over is taken
Each mail it took is a file FOLDER/N.eml, which count on when it is started again; FOLDER/ca.pem vouches for it. It prints "ready", and ends with its standard input.
"""
import asyncio
import json
import ssl
import sys
from collections import Counter
from pathlib import Path

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = b"roomdesk", b"correct horse"
folder = Path(sys.argv[1])
seen = Counter(data=len(list(folder.glob("*.eml"))))


def rules():
    file = folder / "rules.json"
    return json.loads(file.read_text()) if file.exists() else {}


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        said = rules()
        if address in said.get("refuse", []):
            return "550 5.1.1 no such mailbox"
        seen["rcpt " + address] += 1
        if seen["rcpt " + address] <= said.get("greylist", 0):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        said = rules()
        (folder / "taking").touch()
        await asyncio.sleep(said.get("delay", 0))
        seen["data"] += 1
        part = folder / "part"
        part.write_bytes(envelope.content)
        part.rename(folder / f"{seen['data']}.eml")
        if seen["data"] <= said.get("drop", 0):
            server.transport.abort()
        return "250 OK"


def sign_in(server, session, envelope, mechanism, given):
    is_right = (given.login, given.password) == (USER, PASSWORD)
    return AuthResult(success=is_right, handled=is_right)


class Server(Controller):
    def factory(self):
        return SMTP(
            self.handler,
            tls_context=context,
            require_starttls=True,
            authenticator=sign_in,
            auth_required=True,
            hostname="mail.test",
        )


if (folder / "ca.pem").exists():
    authority = trustme.CA.from_pem((folder / "ca.pem").read_bytes(), (folder / "ca.key").read_bytes())
else:
    authority = trustme.CA()
    (folder / "ca.key").write_bytes(authority.private_key_pem.bytes())
    (folder / "ca.pem").write_bytes(authority.cert_pem.bytes())
certificate = authority.issue_cert("localhost")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
certificate.configure_cert(context)
controller = Server(Handler(), hostname="127.0.0.1", port=int(sys.argv[2]))
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()
