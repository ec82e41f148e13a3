"""YAML as plain nodes that know their line: no types guessed, no tags, no duplicate keys, no bombs.

Scalars stay text (``no`` is not a boolean); what a scalar means is decided by whoever reads it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from scenarios.problems import Code

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_NODES = 50_000
"""Nodes after aliases are followed, so a small file cannot unfold into a huge one."""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Libyaml where PyYAML was built with it: ten times faster, same events."""


class YamlError(Exception):
    """A file that is not the YAML we read."""

    def __init__(self, line: int, code: Code, message: str, remedy: str) -> None:
        super().__init__(message)
        self.line = line
        self.code = code
        self.message = message
        self.remedy = remedy


@dataclass(slots=True)
class Scalar:
    """One text."""

    line: int
    value: str
    size: int = 1


@dataclass(slots=True)
class Items:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)
    size: int = 1


@dataclass(slots=True)
class Entries:
    """A mapping, in the order it was written."""

    line: int
    entries: dict[str, Node] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    """The line of each key."""
    size: int = 1
    key: Scalar | None = None
    """The key whose value is read next; ``None`` in a finished mapping."""


Node = Scalar | Items | Entries


@dataclass(frozen=True, slots=True)
class Document:
    """What was read, and the slips that did not hinder reading on."""

    root: Node
    slips: tuple[YamlError, ...]


def compose(source: str) -> Document:
    """The one document of a YAML source. Raises ``YamlError`` where it cannot be read at all."""
    if len(source) > MAX_BYTES:
        raise YamlError(1, Code.YAML_LIMITS, f"longer than {MAX_BYTES} characters", "split the scenario")
    try:
        return _Composer().compose(source.removeprefix("\ufeff"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        message = f"not valid YAML: {error.problem}"
        raise YamlError(line, Code.YAML_SYNTAX, message, "check the indentation, colons and quotes nearby") from None
    except (yaml.YAMLError, UnicodeError):
        message = "not valid YAML: a character that may not stand in a text file"
        raise YamlError(1, Code.YAML_SYNTAX, message, "save the file as UTF-8 text") from None


class _Composer:
    def __init__(self) -> None:
        self._open: list[tuple[Items | Entries, str | None]] = []
        self._anchors: dict[str, Node] = {}
        self._root: Node | None = None
        self._slips: list[YamlError] = []

    def compose(self, source: str) -> Document:
        for event in yaml.parse(source, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 1
            match event:
                case yaml.ScalarEvent(anchor=anchor, value=value):
                    self._refuse_tag(event, line)
                    self._finished(Scalar(line, value), anchor)
                case yaml.SequenceStartEvent(anchor=anchor):
                    self._begin(Items(line), anchor, event)
                case yaml.MappingStartEvent(anchor=anchor):
                    self._begin(Entries(line), anchor, event)
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    self._finished(*self._open.pop())
                case yaml.AliasEvent():
                    self._alias(str(event.anchor), line)
                case yaml.DocumentStartEvent() if self._root is not None:
                    raise YamlError(line, Code.YAML_SYNTAX, "a second document in the file", "keep one scenario a file")
                case _:
                    pass
        if self._root is None:
            raise YamlError(1, Code.YAML_SYNTAX, "the file is empty", "begin with spec_version: 1")
        return Document(self._root, tuple(self._slips))

    def _begin(self, node: Items | Entries, anchor: str | None, event: yaml.CollectionStartEvent) -> None:
        self._refuse_tag(event, node.line)
        if len(self._open) >= MAX_DEPTH:
            raise YamlError(node.line, Code.YAML_LIMITS, f"nested deeper than {MAX_DEPTH} levels", "flatten this part")
        self._open.append((node, anchor))

    def _alias(self, anchor: str, line: int) -> None:
        node = self._anchors.get(anchor)
        if node is None:
            raise YamlError(line, Code.YAML_SYNTAX, f"*{anchor} refers to nothing above", f"write &{anchor} first")
        self._finished(node, None)

    def _finished(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self._root = node
            return
        parent, _ = self._open[-1]
        parent.size += node.size
        if parent.size > MAX_NODES:
            raise YamlError(node.line, Code.YAML_LIMITS, f"more than {MAX_NODES} values", "use fewer aliases")
        if isinstance(parent, Items):
            parent.items.append(node)
        else:
            self._put(parent, node)

    def _put(self, mapping: Entries, node: Node) -> None:
        key = mapping.key
        if key is not None:
            mapping.entries.setdefault(key.value, node)
            mapping.key = None
            return
        if not isinstance(node, Scalar):
            raise YamlError(node.line, Code.YAML_SYNTAX, "a key that is not a word", "write `key: value`")
        first = mapping.lines.setdefault(node.value, node.line)
        if node.value in mapping.entries:
            message = f"`{node.value}` stands twice, in lines {first} and {node.line}"
            self._slips.append(YamlError(node.line, Code.YAML_DUPLICATE_KEY, message, "keep one of the two"))
        mapping.key = node

    def _refuse_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.tag not in (None, "!"):
            remedy = "leave the tag out; scenarios hold plain texts"
            self._slips.append(YamlError(line, Code.YAML_TAG, f"the tag {event.tag}", remedy))
