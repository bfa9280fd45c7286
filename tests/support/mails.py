"""Reads mails as other programs do, with Python's own parser, and checks their signatures.

    mails.py keys FOLDER    writes rsa.pem, rsa-old.pem and ed25519.pem to sign with, and the public halves beside them
    mails.py read FOLDER    prints what each *.eml in it says, as JSON: {name: {...}}

Run with the Python that has Synapse, which brings `cryptography` along.
"""
import base64
import email
import email.policy
import email.utils
import hashlib
import json
import pathlib
import re
import sys
from email.header import decode_header, make_header

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

WHAT, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])


def write_key(name, key, form):
    none = serialization.NoEncryption()
    (FOLDER / f"{name}.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, none))
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (FOLDER / f"{name}.public").write_bytes(public)


def keys():
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    write_key("rsa", own, serialization.PrivateFormat.PKCS8)
    write_key("rsa-old", own, serialization.PrivateFormat.TraditionalOpenSSL)
    write_key("ed25519", ed25519.Ed25519PrivateKey.generate(), serialization.PrivateFormat.PKCS8)


def relaxed(name, value):
    return name.lower().strip() + b":" + re.sub(rb"[ \t\r\n]+", b" ", value).strip()


def signature(raw):
    """Whether the signature is right, by RFC 6376, sections 3.4 and 3.7; None without one."""
    head, _, body = raw.partition(b"\r\n\r\n")
    fields = [field.split(b":", 1) for field in re.split(rb"\r\n(?![ \t])", head)]
    if fields[0][0] != b"DKIM-Signature":
        return None
    value = fields[0][1]
    tags = dict(part.split(b"=", 1) for part in re.sub(rb"\s+", b"", value).split(b";") if part)
    body = re.sub(rb"[ \t]+\r\n", b"\r\n", body)
    body = re.sub(rb"[ \t]+", b" ", body)
    body = re.sub(rb"(\r\n)*\Z", b"", body) + b"\r\n"
    if base64.b64encode(hashlib.sha256(body).digest()) != tags[b"bh"]:
        return False
    left = fields[1:]
    lines = []
    for name in tags[b"h"].split(b":"):
        # From the bottom up; one that is not there stands for nothing.
        found = [at for at, (other, _) in enumerate(left) if other.lower() == name]
        if found:
            lines.append(relaxed(*left.pop(found[-1])))
    lines.append(relaxed(b"dkim-signature", re.sub(rb"b=[A-Za-z0-9+/=\s]*\Z", b"b=", value)))
    text = b"\r\n".join(lines)
    selector = tags[b"s"].decode()
    key = serialization.load_pem_public_key((FOLDER / f"{selector}.public").read_bytes())
    try:
        if tags[b"a"] == b"rsa-sha256":
            key.verify(base64.b64decode(tags[b"b"]), text, padding.PKCS1v15(), hashes.SHA256())
        else:
            key.verify(base64.b64decode(tags[b"b"]), hashlib.sha256(text).digest())
    except InvalidSignature:
        return False
    return True


def said(raw):
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    old = email.message_from_bytes(raw)
    # The newer parser of Python 3.11 puts a space between two encoded words of a name (RFC 2047, 6.2, says none).
    shown = lambda name: str(make_header(decode_header(name)))
    people = lambda field: [[shown(name), one] for name, one in email.utils.getaddresses(old.get_all(field, []))]
    parts = [part for part in mail.walk() if not part.is_multipart()]
    return {
        "names": [name for name in mail.keys()],
        "headers": {name: str(value) for name, value in mail.items()},
        "from": people("From"),
        "to": people("To"),
        "reply_to": people("Reply-To"),
        "structure": [part.get_content_type() for part in mail.walk()],
        "files": [part.get_filename() for part in parts if part.get_filename()],
        "text": mail.get_body(("plain",)).get_content(),
        "html": mail.get_body(("html",)).get_content(),
        "defects": [str(defect) for part in mail.walk() for defect in part.defects]
        + [f"{name}: {defect}" for name in mail.keys() for defect in mail[name].defects],
        "longest": max(len(line) for line in raw.split(b"\r\n")),
        "is_plain": raw.isascii() and b"\r" not in raw.replace(b"\r\n", b"") and b"\n" not in raw.replace(b"\r\n", b""),
        "signature": signature(raw),
    }


if WHAT == "keys":
    keys()
else:
    print(json.dumps({file.stem: said(file.read_bytes()) for file in FOLDER.glob("*.eml")}))
