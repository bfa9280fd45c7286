"""Links of mails, signed as the desk signs them: it sends no mail here to take one from."""

import base64
import hmac
import time

# That of every desk in the stories.
SECRET = b"stories are signed with this key, and nothing else is"
KEY = hmac.digest(SECRET, b"roomdesk: links in mails, 1", "sha256")


def signed(said):
    proof = hmac.digest(KEY, said.encode(), "sha256")[:16]
    return f"{said}.{base64.urlsafe_b64encode(proof).rstrip(b'=').decode()}"


def unsubscribing(person, what):
    return signed(f"off.{person}.{what}")


def file(file, person):
    until = int((time.time() + 3_600) * 1_000)
    return signed(f"file.{file}.{person}.{until}")
