"""The dependency graph of a bill: does it close, and does it reach every component?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.supply.bill import Bill


@dataclass(frozen=True, kw_only=True)
class GraphReport:
    """Closure of the dependency graph.

    Attributes:
        edges: number of "depends on" pairs; what depends on itself says nothing.
        unresolved: references in the graph that no entry of the bill has.
        unreachable: components that no chain of dependencies leads to from the root.
        rootless: the bill does not say what it is a bill of, so nothing can be reached.
    """

    edges: int
    unresolved: tuple[str, ...]
    unreachable: tuple[str, ...]
    rootless: bool

    @property
    def empty(self) -> bool:
        """Whether the bill states no dependency at all."""
        return self.edges == 0

    @property
    def unresolved_dependencies(self) -> int:
        """References to nothing plus components out of reach; at least 1 for a graph that is empty or has no root."""
        return max(len(self.unresolved) + len(self.unreachable), int(self.empty or self.rootless))


def check_graph(bill: Bill) -> GraphReport:
    """Follow the dependencies from the root."""
    graph: dict[str, list[str]] = defaultdict(list)
    for ref, targets in bill.dependencies:
        graph[ref] += targets
    known = {component.ref for component in bill.everything} | set(bill.services)
    named = [name for ref, targets in bill.dependencies for name in (ref, *targets)]
    reached = _closure(graph, [start for start in bill.starts if start])
    return GraphReport(
        edges=sum(target != ref for ref, targets in graph.items() for target in targets),
        unresolved=tuple(sorted({name for name in named if name not in known or not name})),
        unreachable=tuple(c.ref or c.name for c in bill.components if c.ref not in reached),
        rootless=not bill.starts,
    )


def _closure(graph: Mapping[str, Sequence[str]], starts: Sequence[str]) -> set[str]:
    reached, waiting = set(starts), list(starts)
    while waiting:
        for target in graph.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached
