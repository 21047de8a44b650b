"""From which network a request comes, as far as the proxies in front of the server can be believed."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from aiohttp import web


def network_of(request: web.Request, proxies: int) -> str:
    """The address of whoever asked the outermost of so many proxies; of IPv6 the /64, of which one customer has all.

    Each proxy adds to X-Forwarded-For whom it was asked by: what stands before that, anybody may have written.
    """
    told = [part.strip() for line in request.headers.getall("X-Forwarded-For", ()) for part in line.split(",")]
    given = told[-proxies] if 0 < proxies <= len(told) else request.remote or ""
    try:
        address = ip_address(given.strip("[]"))
    except ValueError:
        return request.remote or ""
    return str(address) if address.version == 4 else str(ip_network(f"{address}/64", strict=False))
