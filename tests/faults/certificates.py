"""Certificates that must not be trusted, and one that is."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime

import trustme

from tests.faults.behaviour import Door


def contexts(authority: trustme.CA, hosts: Sequence[str]) -> dict[Door, ssl.SSLContext]:
    """A TLS context for each door that has one; the sources trust the authority, and their hosts are these."""
    then = datetime(2020, 1, 1, tzinfo=UTC)
    expired = authority.issue_cert(*hosts, not_before=then, not_after=then.replace(year=2021))
    return {
        Door.EXPIRED: _context(expired),
        Door.WRONG_NAME: _context(authority.issue_cert("other.example")),
        Door.SELF_SIGNED: _context(trustme.CA().issue_cert(*hosts)),
        Door.OLD_TLS: _only_tls_1(authority.issue_cert(*hosts)),
        Door.NO_INTERMEDIATE: _alone(authority.create_child_ca().issue_cert(*hosts)),
        Door.TRUSTED: _context(authority.issue_cert(*hosts)),
    }


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


def _only_tls_1(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = _context(certificate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        made.minimum_version = made.maximum_version = ssl.TLSVersion.TLSv1
    made.set_ciphers("ALL:@SECLEVEL=0")
    return made


def _alone(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Only the leaf, without what stands between it and its authority."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with certificate.private_key_pem.tempfile() as key, certificate.cert_chain_pems[0].tempfile() as leaf:
        made.load_cert_chain(leaf, key)
    return made
