"""Reads the ``tree:`` and ``definitions:`` of a rubric file: the nodes that combine what is below them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from scenarios.model import Text
from scenarios.node_reader import Reader, TextKind
from scenarios.problems import Code
from scenarios.yaml_nodes import Entries, Items, Scalar
from scenarios.yaml_nodes import Node as YamlNode
from scoring.rubric import Absent, Across, Attribute, Criterion, Filter, IfAbsent, Node, Selection, Take
from scoring.rubric_values import narrowed, number_of, read_filter, some_words, unknown_name

MAX_TREE: Final = 5_000
"""Nodes once definitions are followed, so that a small file cannot unfold into a huge tree."""

MAX_LEVELS: Final = 30
"""Levels of nodes below one another, once definitions are followed: each is a call on the stack."""

MAX_READ: Final = 200_000
"""Criteria that nodes read, all together, those of their `items` too."""

MAX_OF_ONE_NAME: Final = 100
"""Nodes of one name: each pair of them is looked at."""

MAX_NAME: Final = 60
"""Characters of a node's name."""

_NAME = re.compile(r"[\w][\w .@/-]*")
_BELOW: Final = ("of", "items")
_KEYS: Final = (
    *("node", "label", "where", "take", *_BELOW, "each", "across", "needs", "if_absent", "renormalise"),
    *("critical_cap", "weight"),
)
_USE_KEYS: Final = ("use", "node", "label", "where", "weight")


def read_tree(
    reader: Reader,
    tree: YamlNode | None,
    definitions: YamlNode | None,
    *,
    criteria: Mapping[str, Criterion],
    tags: Mapping[str, Mapping[str, Text]],
) -> tuple[Node, ...]:
    """The roots, with definitions put where they are used."""
    pairs = {} if definitions is None else dict(reader.pairs(definitions, "`definitions`"))
    tree_reader = _TreeReader(reader, pairs, criteria, tags)
    items = reader.items(tree, "`tree`")
    if tree is not None and isinstance(tree, Items) and not items:
        reader.note(tree.line, Code.WRONG_VALUE, "the tree is empty", "write at least one node")
    roots = [tree_reader.node(item, _Place()) for item in items]
    tree_reader.read_unused()
    found = tuple(root for root in roots if root is not None)
    _note_twice(reader, found)
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node stands: what it takes over from the nodes above."""

    across: Across = Across.ONE
    take: Take | None = None
    """How the node above combines; None: a root."""
    using: tuple[str, ...] = ()
    """Definitions being followed."""
    level: int = 0
    """How many nodes stand above."""


@dataclass(slots=True)
class _TreeReader:
    reader: Reader
    definitions: Mapping[str, YamlNode]
    criteria: Mapping[str, Criterion]
    tags: Mapping[str, Mapping[str, Text]]
    used: set[str] = field(default_factory=set)
    count: int = 0
    chosen: int = 0
    """Criteria read by nodes so far."""
    is_too_deep: bool = False

    def read_unused(self) -> None:
        """Definitions nobody uses are read for their mistakes."""
        for name in self.definitions:
            if name not in self.used:
                self.node(self.definitions[name], _Place(using=(name,)))

    def node(self, item: YamlNode, place: _Place) -> Node | None:
        """One node and everything below it; None where it cannot be read."""
        self.count += 1
        if self.count > MAX_TREE:
            if self.count == MAX_TREE + 1:
                message = f"more than {MAX_TREE} nodes, once definitions are put in"
                self.reader.note(item.line, Code.YAML_LIMITS, message, "use fewer definitions inside definitions")
            return None
        if place.level >= MAX_LEVELS:
            if not self.is_too_deep:
                message = f"more than {MAX_LEVELS} nodes below one another, once definitions are put in"
                self.reader.note(item.line, Code.YAML_LIMITS, message, "use fewer definitions inside definitions")
            self.is_too_deep = True
            return None
        if not isinstance(item, Entries):
            self.reader.note(item.line, Code.WRONG_VALUE, "a node is not a mapping", "write {take: …, of: […]}")
            return None
        return self._used(item, place) if "use" in item.entries else self._written(item, place)

    def _used(self, item: Entries, place: _Place) -> Node | None:
        found = self.reader.entries(item, "a node with `use`", optional=_USE_KEYS)
        name = self.reader.word(found["use"], "`use`")
        if name in place.using:
            circle = " → ".join((*place.using[place.using.index(name) :], name))
            self.reader.note(item.line, Code.CYCLE, f"a definition that uses itself: {circle}", "break the circle")
            return None
        if name not in self.definitions:
            if name:
                unknown_name(self.reader, item.line, "definition", name, list(self.definitions))
            return None
        self.used.add(name)
        node = self.node(
            self.definitions[name], replace(place, take=None, using=(*place.using, name), level=place.level + 1)
        )
        if node is None:
            return None
        return replace(
            node,
            name=self._name(found["node"]) if "node" in found else node.name,
            label=self.reader.text(found["label"], TextKind.LABEL, "`label`") if "label" in found else node.label,
            where=narrowed(node.where, read_filter(self.reader, found.get("where"))),
            weight=self._weight(item, found, place.take),
        )

    def _written(self, item: Entries, place: _Place) -> Node | None:
        reader = self.reader
        found = reader.entries(item, "a node", required=("take",), optional=[key for key in _KEYS if key != "take"])
        take = reader.one_of(found["take"], Take, "`take`") if "take" in found else None
        across = reader.one_of(found["across"], Across, "`across`") if "across" in found else None
        each = reader.one_of(found["each"], Attribute, "`each`") if "each" in found else None
        below = replace(place, across=across or place.across, take=take, level=place.level + 1)
        children, items = self._below(item, found, below)
        self._check_each(item, found, take, (children, items))
        name = self._name(found["node"]) if "node" in found else ""
        return Node(
            name=name,
            label=self._label(found, name),
            take=take or Take.MEAN,
            line=item.line,
            children=children,
            items=items,
            each=each,
            across=below.across,
            where=read_filter(reader, found.get("where")),
            weight=self._weight(item, found, place.take),
            needs=(reader.whole(found["needs"], "`needs`", least=1) if "needs" in found else None) or 1,
            if_absent=self._if_absent(found.get("if_absent")),
            renormalise=reader.truth(found["renormalise"], "`renormalise`") if "renormalise" in found else True,
            critical_cap=number_of(reader, found["critical_cap"], "`critical_cap`", least=0, most=1)
            if "critical_cap" in found
            else None,
        )

    def _name(self, node: YamlNode) -> str:
        name = self.reader.word(node, "`node`")
        if name and not (_NAME.fullmatch(name) and len(name) <= MAX_NAME):
            remedy = f"letters, digits, spaces and . _ - / @, at most {MAX_NAME} characters"
            self.reader.note(node.line, Code.BAD_NAME, f"`{name}` cannot be a name", remedy)
        return name

    def _label(self, found: Mapping[str, YamlNode], name: str) -> Text:
        if "label" in found:
            return self.reader.text(found["label"], TextKind.LABEL, "`label`")
        return Text(dict.fromkeys(self.reader.languages, name))

    def _weight(self, item: Entries, found: Mapping[str, YamlNode], above: Take | None) -> float | None:
        if "weight" not in found:
            if above is Take.WEIGHTED_MEAN:
                message = "a node in a weighted mean lacks `weight`"
                self.reader.note(item.line, Code.MISSING_KEY, message, "add `weight:`, or take: mean above")
            return None
        if above is not Take.WEIGHTED_MEAN:
            message = "`weight` is read by a weighted mean only"
            self.reader.note(item.lines["weight"], Code.MISPLACED_KEY, message, "write take: weighted_mean above")
        weight = number_of(self.reader, found["weight"], "`weight`", least=0)
        if weight == 0:
            self.reader.note(item.lines["weight"], Code.WRONG_VALUE, "`weight` is 0", "write a weight above 0")
        return weight

    def _if_absent(self, node: YamlNode | None) -> dict[Absent, IfAbsent]:
        if node is None:
            return {}
        known = [reason.value for reason in Absent]
        found = self.reader.entries(node, "`if_absent`", optional=known)
        chosen = {Absent(key): self.reader.one_of(value, IfAbsent, f"`{key}`") for key, value in found.items()}
        return {reason: what for reason, what in chosen.items() if what is not None}

    # What is below --------------------------------------------------------------------------------------------------

    def _below(
        self, item: Entries, found: Mapping[str, YamlNode], place: _Place
    ) -> tuple[tuple[Node | str, ...], Selection | None]:
        if all(key in found for key in _BELOW):
            message = "a node has both `of` and `items`"
            self.reader.note(item.lines["items"], Code.MISPLACED_KEY, message, "keep one of the two")
        if "items" in found:
            return (), self._selection(found["items"])
        if "of" not in found:
            self.reader.note(item.line, Code.MISSING_KEY, "a node lacks `of` or `items`", "say what it combines")
            return (), None
        of = found["of"]
        parts = [of] if isinstance(of, (Entries, Scalar)) else self.reader.items(of, "`of`")
        if not parts:
            self.reader.note(of.line, Code.WRONG_VALUE, "`of` is empty", "write at least one node or criterion")
        children = [self._child(part, place) for part in parts]
        return tuple(child for child in children if child is not None), None

    def _child(self, part: YamlNode, place: _Place) -> Node | str | None:
        if not isinstance(part, Scalar):
            return self.node(part, place)
        name = self.reader.word(part, "an element of `of`")
        if name in self.criteria or not name:
            self._reads(part.line, 1)
            return name or None
        if name in self.definitions:
            message, remedy = f"`{name}` is a definition, not a criterion", f"write {{use: {name}}}"
            self.reader.note(part.line, Code.UNKNOWN_NAME, message, remedy)
        else:
            unknown_name(self.reader, part.line, "criterion", name, list(self.criteria))
        return None

    def _selection(self, node: YamlNode) -> Selection:
        if not isinstance(node, Entries):
            names = some_words(self.reader, node, "`items`")
            self._known_criteria(names, node.line)
            self._reads(node.line, len(names))
            return Selection(names)
        found = self.reader.entries(node, "`items`", optional=("names", *self.tags))
        names = some_words(self.reader, found["names"], "`names`") if "names" in found else ()
        self._known_criteria(names, node.line)
        tags: dict[str, frozenset[str]] = {}
        for tag, known in self.tags.items():
            if tag not in found:
                continue
            values = some_words(self.reader, found[tag], f"`{tag}`")
            for value in values:
                if value not in known:
                    unknown_name(self.reader, found[tag].line, tag, value, list(known))
            tags[tag] = frozenset(values)
        if self.chosen > MAX_READ:
            return Selection(names, tags)
        wanted = frozenset(names)
        chosen = sum(_chosen(criterion, wanted, tags) for criterion in self.criteria.values())
        self._reads(node.line, chosen)
        if not chosen:
            self.reader.note(node.line, Code.WRONG_VALUE, "`items` chooses no criterion", "see `criteria` and `tags`")
        return Selection(names, tags)

    def _reads(self, line: int, criteria: int) -> None:
        before, self.chosen = self.chosen, self.chosen + criteria
        if before <= MAX_READ < self.chosen:
            message = f"nodes read more than {MAX_READ} criteria, all together"
            self.reader.note(line, Code.YAML_LIMITS, message, "choose fewer `items`, or split the rubric")

    def _known_criteria(self, names: Sequence[str], line: int) -> None:
        for name in names:
            if name not in self.criteria:
                unknown_name(self.reader, line, "criterion", name, list(self.criteria))

    def _check_each(
        self,
        item: Entries,
        found: Mapping[str, YamlNode],
        take: Take | None,
        below: tuple[tuple[Node | str, ...], Selection | None],
    ) -> None:
        if "each" not in found:
            return
        children, items = below
        line = item.lines["each"]
        if items is not None or len(children) > 1:
            remedy = "put a node around them: of: [{take: points, …}]"
            self.reader.note(line, Code.WRONG_VALUE, "`each` has more than one thing below it", remedy)
        if take is Take.WEIGHTED_MEAN:
            message = "a weighted mean over `each`, where all weigh the same"
            self.reader.note(line, Code.WRONG_VALUE, message, "write take: mean")


def _chosen(criterion: Criterion, names: Collection[str], tags: Mapping[str, frozenset[str]]) -> bool:
    fits = all(criterion.tags.get(tag) in values for tag, values in tags.items())
    return fits and (not names or criterion.name in names)


def _note_twice(reader: Reader, roots: Sequence[Node]) -> None:
    """Two nodes of one name must be told apart in the output: by what they are for each of, or by their records."""
    seen: dict[tuple[str, tuple[Attribute, ...]], list[tuple[int, Filter]]] = {}

    def look(node: Node, path: tuple[Attribute, ...], above: Filter) -> None:
        where = narrowed(above, node.where)
        if Attribute.RECORD not in path and node.name:
            others = seen.setdefault((node.name, path), [])
            if len(others) >= MAX_OF_ONE_NAME:
                if len(others) == MAX_OF_ONE_NAME:
                    message = f"more than {MAX_OF_ONE_NAME} nodes are called `{node.name}`"
                    reader.note(node.line, Code.YAML_LIMITS, message, "give them names of their own")
                    others.append((node.line, where))
                return
            first = next((line for line, other in others if not _disjoint(where, other)), None)
            if first is not None:
                message = f"the node `{node.name}` is already in line {first}"
                reader.note(node.line, Code.DUPLICATE_NAME, message, "rename one, or look at different records")
            others.append((node.line, where))
        inner = path if node.each is None else (*path, node.each)
        for child in node.children:
            if isinstance(child, Node):
                look(child, inner, where)

    for root in roots:
        look(root, (), Filter())


def _disjoint(first: Filter, second: Filter) -> bool:
    """Whether no record passes both."""
    both = narrowed(first, second)
    return not all((*both.attributes.values(), *both.answers.values()))
