"""Limits of the server on sizes, counts and times; a person who drops a folder on the page meets none of them."""

from __future__ import annotations

from dataclasses import dataclass

from headshot_check.photo import PhotoLimits

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """Limits of one server."""

    photo_bytes: int = PhotoLimits().max_bytes
    """of one photo; the check itself refuses the same"""
    document_bytes: int = 128 * MIB
    """of a JSON body: 2,500 results with previews of 480 px have 100 MiB"""
    held_bytes: int = 256 * MIB
    """of all bodies in memory at once, two of the largest photos among them"""
    parts: int = 200
    """photos of one multipart request"""
    results: int = 2500
    """reports of one request to rank or export"""
    queued: int = 32
    """checks that are read, wait or run beyond one for each worker; more are told to come back"""
    documents: int = 4
    """crops that wait or run at once, and as many rankings and exports"""
    requests_per_s: int = 500
    """with the secret, and as many without; the page makes 50 for photos that take 40 ms"""
    requests_at_once: int = 1000
    """beyond `requests_per_s`, after a rest"""
    connections: int = 1000
    """open at once; uvicorn refuses more"""
    head_bytes: int = 16 * 1024
    """of a request's line and headers"""
    silence_s: float = 10.0
    """without a byte of a request that is not complete"""
    least_bytes_per_s: int = 64 * 1024
    """of an upload over its whole time, after `silence_s`; a hundredth of what a slow disk gives on loopback"""
    retry_s: int = 1
    """after which one who was told to come back may try again"""
    closing_s: float = 3.0
    """that answers under way have when the server closes"""
