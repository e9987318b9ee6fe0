"""Where does a host lie: out on the internet, in our own network, or where nothing is ever sent to?

An address that people type makes our server call another. Those of our own network (a Mattermost of the house) only an operator
may name; what is no host of a network at all (a cloud's metadata service, multicast) nobody.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Literal

Where = Literal["outside", "inside", "nowhere", "unknown"]


def where_is(host: str, port: int) -> Where:
    """The most private of all addresses that the name stands for; `unknown` where it stands for none just now."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return "unknown"
    places = {_place(str(entry[4][0]).partition("%")[0]) for entry in found}
    for place in ("nowhere", "inside", "outside"):
        if place in places:
            return place
    return "unknown"


def _place(text: str) -> Where:
    address: IPv4Address | IPv6Address = ip_address(text)
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return "nowhere"
    return "outside" if address.is_global else "inside"
