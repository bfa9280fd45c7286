"""Writes ca.crt, and leaf.crt with leaf.key for this machine's own names, into the folder given as argument.

Run with the Python that has Synapse, which brings `cryptography` along.
"""
import datetime
import ipaddress
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

folder = pathlib.Path(sys.argv[1])
now = datetime.datetime.now(datetime.timezone.utc)
day = datetime.timedelta(days=1)


def certificate(name, key, issuer, signer, *extensions):
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signer, hashes.SHA256())


def write(name, certificate):
    (folder / name).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


authority_key = ec.generate_private_key(ec.SECP256R1())
authority = certificate(
    "Roomdesk tests", authority_key, "Roomdesk tests", authority_key, (x509.BasicConstraints(True, None), True)
)
leaf_key = ec.generate_private_key(ec.SECP256R1())
names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
leaf = certificate(
    "localhost",
    leaf_key,
    "Roomdesk tests",
    authority_key,
    (x509.SubjectAlternativeName(names), False),
    (x509.BasicConstraints(False, None), True),
    (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
)
write("ca.crt", authority)
write("leaf.crt", leaf)
(folder / "leaf.key").write_bytes(
    leaf_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
)
