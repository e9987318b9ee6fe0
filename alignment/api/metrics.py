"""How much work waits, how fresh are the figures? Numbers for the operators' monitoring, as Prometheus reads them.

Layers with something to tell add a gauge with `register`. Only addresses of private networks may ask; to anybody
else there is no such page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector


@dataclass(frozen=True)
class Gauge:
    """A figure that goes up and down. `read` gives its value for each value of `label` ("" where it has none)."""

    name: str
    help: str
    read: Callable[[], Mapping[str, float]]
    label: str | None = None


GAUGES: dict[str, Gauge] = {}


def register(gauge: Gauge) -> None:
    """Add a gauge."""
    GAUGES[gauge.name] = gauge


class Gauges(Collector):
    """Reads every gauge at the moment of asking; nothing is kept in the process."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for gauge in GAUGES.values():
            family = GaugeMetricFamily(gauge.name, gauge.help, labels=[gauge.label] if gauge.label else [])
            for value, number in gauge.read().items():
                family.add_metric([value] if gauge.label else [], number)
            yield family


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The gauges, for those inside."""
    if not from_inside(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Gauges())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def from_inside(request: HttpRequest) -> bool:
    """Whether the caller, and every proxy that named one, is this machine or of a private network."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    chain = [request.META.get("REMOTE_ADDR", ""), *(part.strip() for part in forwarded.split(",") if part.strip())]
    return "Forwarded" not in request.headers and all_private(chain)


def all_private(addresses: Iterable[str]) -> bool:
    """An empty address is that of a Unix socket: this machine."""
    try:
        return all(address == "" or ip_address(address).is_private for address in addresses)
    except ValueError:
        return False
