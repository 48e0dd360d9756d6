"""A certificate authority for one run, made by the openssl command; the readers are told to trust it.

The file that they trust also holds the authorities of the system, since reading those is part of what TLS costs.
"""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

from msgspec import Struct

_SETTINGS = """
[req]
distinguished_name = name
prompt = no
[name]
CN = benchmark
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = IP:127.0.0.1
"""


class Certificates(Struct, frozen=True, kw_only=True):
    """Where the files of a run lie."""

    server: Path  #: the server's certificate and key
    trusted: Path  #: all authorities, our own among them

    def environment(self) -> dict[str, str]:
        """Name the trusted authorities to OpenSSL, to requests and to newsboat."""
        return dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), str(self.trusted))


def make(folder: Path) -> Certificates:
    """Make an authority and a certificate for 127.0.0.1 in a folder; CalledProcessError tells what openssl refused."""
    (folder / "settings").write_text(_SETTINGS, encoding="ascii")
    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-config", "settings")
    _openssl(folder, *new, "-x509", "-days", "2", "-extensions", "authority", "-keyout", "ca.key", "-out", "ca.pem")
    _openssl(folder, *new, "-keyout", "server.key", "-out", "request.pem")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "settings")
    _openssl(folder, "x509", "-req", "-in", "request.pem", *signing, "-extensions", "server", "-out", "server.pem")
    made = Certificates(server=folder / "both.pem", trusted=folder / "trusted.pem")
    made.server.write_bytes((folder / "server.pem").read_bytes() + (folder / "server.key").read_bytes())
    made.trusted.write_bytes(_system_authorities() + (folder / "ca.pem").read_bytes())
    return made


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=30)


def _system_authorities() -> bytes:
    path = ssl.get_default_verify_paths().cafile
    return Path(path).read_bytes() if path else b""
