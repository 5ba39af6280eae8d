"""Small faults planted in a module's text, each one where a reader would be misled by it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

SHOWN = 70  # characters shown on either side of a change

OPPOSITES = (
    ("before", "after"), ("kinder", "stricter"), ("kinder", "harsher"), ("lower", "higher"),
    ("low", "high"), ("more", "less"), ("more", "fewer"), ("rose", "fell"), ("risen", "fallen"),
    ("narrowed", "widened"), ("first", "last"), ("earlier", "later"), ("better", "worse"),
    ("auditor", "moderator"), ("auditors", "moderators"), ("auditor's", "moderator's"),
    ("increase", "decrease"), ("increased", "decreased"), ("improved", "worsened"),
    ("above", "below"), ("most", "least"), ("largest", "smallest"), ("larger", "smaller"),
    ("within", "outside"), ("and", "or"), ("can", "cannot"), ("clear", "unclear"),
    ("stricter", "kinder"), ("harsher", "kinder"), ("less", "more"), ("fewer", "more"),
)  # fmt: skip
NAMES = (
    ("low", "high"), ("lower", "upper"), ("first", "last"), ("before", "after"),
    ("auditor", "moderator"), ("auditors", "moderators"), ("start", "end"), ("earlier", "later"),
    ("rows", "columns"), ("left", "right"), ("worst", "best"), ("value", "low"),
)  # fmt: skip
CALLS = (
    ("min", "max"), ("any", "all"), ("minimum", "maximum"), ("argmin", "argmax"),
    ("nanmin", "nanmax"), ("floor", "ceil"), ("logical_and", "logical_or"),
)  # fmt: skip
COMPARISONS: dict[str, tuple[tuple[str, str], ...]] = {
    "<": (("turned", ">"), ("boundary", "<=")),
    "<=": (("turned", ">="), ("boundary", "<")),
    ">": (("turned", "<"), ("boundary", ">=")),
    ">=": (("turned", "<="), ("boundary", ">")),
    "==": (("turned", "!="),),
    "!=": (("turned", "=="),),
    "is": (("turned", "is not"),),
    "is not": (("turned", "is"),),
    "in": (("turned", "not in"),),
    "not in": (("turned", "in"),),
}
OPERATORS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.Pow: ("**", "*"),
    ast.BitAnd: ("&", "|"),
}
ORDERLESS = frozenset(
    {"isinstance", "issubclass", "set", "frozenset", "min", "max", "minimum", "maximum", "any"}
    | {"all", "hypot", "isclose", "allclose", "array_equal", "sorted", "fsum", "union"}
)  # their arguments may stand in any order
STYLE = frozenset(
    {"linewidth", "fontsize", "zorder", "pad", "labelpad", "dpi", "figsize", "markersize", "s"}
    | {"markeredgewidth", "shrinkA", "shrinkB", "clip_on", "linespacing", "capsize", "strict"}
    | {"frozen", "kw_only", "eq", "copy", "stacklevel", "encoding", "newline"}
)  # keywords that set no figure and no word
TOLERANCE = 1e-4  # smaller decimals only say how nearly a computation must have ended


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change to one module's text, and the lines that must be run for it to be felt."""

    path: str  # from the repository's root
    kind: str
    line: int
    start: int  # bytes of the text that is replaced
    end: int
    new: str
    before: str  # the changed line or lines in one, as they stood
    after: str
    felt: range  # lines of which one is run whenever the change is

    def applied(self, text: str) -> str:
        """Return the module's text with the change."""
        data = text.encode()
        return (data[: self.start] + self.new.encode() + data[self.end :]).decode()

    def is_real(self, text: str) -> bool:
        """Whether the changed text is still Python, and says something else than before."""
        try:
            changed = ast.parse(self.applied(text))
        except (SyntaxError, ValueError):
            return False
        return ast.dump(changed) != ast.dump(ast.parse(text))


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change to the text: its kind, the bytes it replaces, and what stands there instead."""

    kind: str
    start: int
    end: int
    new: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A module's text with its tree, and where in the text each node stands."""

    path: str
    text: str
    tree: ast.Module = field(repr=False)
    parents: dict[ast.AST, ast.AST] = field(repr=False)
    starts: tuple[int, ...] = field(repr=False)  # first byte of each line
    attributes: frozenset[str] = field(repr=False)  # names that stand after a dot

    @classmethod
    def of(cls, path: str, text: str) -> Source:
        """Read one module."""
        tree = ast.parse(text)
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        starts = [0]
        for line in text.encode().splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        dotted = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        return cls(
            path=path,
            text=text,
            tree=tree,
            parents=parents,
            starts=tuple(starts),
            attributes=frozenset(dotted),
        )

    def span(self, node: ast.expr) -> tuple[int, int]:
        """First byte of a node, and the byte after its last."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def words(self, start: int, end: int) -> str:
        """Text between two bytes."""
        return self.text.encode()[start:end].decode()

    def of_node(self, node: ast.expr) -> str:
        """Text of a node."""
        return self.words(*self.span(node))

    def swapped(self, one: ast.expr, other: ast.expr) -> Change:
        """Exchange two nodes that stand one after the other."""
        start, middle = self.span(one)
        third, end = self.span(other)
        new = self.words(third, end) + self.words(middle, third) + self.words(start, middle)
        return Change(kind="swap", start=start, end=end, new=new)

    def put(self, kind: str, node: ast.expr, new: str) -> Change:
        """Put other words in a node's place."""
        start, end = self.span(node)
        return Change(kind=kind, start=start, end=end, new=new)

    def between(self, kind: str, nodes: tuple[ast.expr, ast.expr], old: str, new: str) -> Change:
        """Put another operator between two nodes; nothing is changed where it is not found."""
        start, end = self.span(nodes[0])[1], self.span(nodes[1])[0]
        gap = self.words(start, end)
        found = re.search(rf"(?<![\w<>=!*/+&-]){re.escape(old)}(?![\w<>=*/&])", gap)
        if found is None or "#" in gap:
            return Change(kind=kind, start=start, end=start, new="")
        first = start + len(gap[: found.start()].encode())
        return Change(kind=kind, start=first, end=first + len(old.encode()), new=new)

    def mutant(self, node: ast.AST, change: Change) -> Mutant:
        """Name a change by its line, with what is read there before and after it."""
        data = self.text.encode()
        first = data.rfind(b"\n", 0, change.start) + 1
        last = data.find(b"\n", change.end)
        head = data[first : change.start].decode()
        tail = data[change.end : last if last >= 0 else len(data)].decode()
        old = data[change.start : change.end].decode()
        return Mutant(
            path=self.path,
            kind=change.kind,
            line=data.count(b"\n", 0, change.start) + 1,
            start=change.start,
            end=change.end,
            new=change.new,
            before=_shown(head, old, tail),
            after=_shown(head, change.new, tail),
            felt=self._felt(node),
        )

    def _felt(self, node: ast.AST) -> range:
        """Lines of the statement that a node belongs to, without the block below it."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        last = node.end_lineno or node.lineno
        body = getattr(node, "body", None)
        if body:
            last = max(node.lineno, body[0].lineno - 1)
        decorators = getattr(node, "decorator_list", [])
        return range(min([node.lineno, *(one.lineno for one in decorators)]), last + 1)


def mutants(path: str, text: str) -> list[Mutant]:
    """Every mutant of one module, in the order of its text."""
    source = Source.of(path, text)
    left_out = set(_left_out(source))
    found: list[Mutant] = []
    for node in ast.walk(source.tree):
        if node not in left_out:
            for operator in _OPERATORS:
                found.extend(source.mutant(node, change) for change in operator(source, node))
    once = {(one.start, one.end, one.new): one for one in found if one.end > one.start or one.new}
    return sorted(once.values(), key=lambda one: (one.start, one.end, one.kind, one.new))


def _shown(head: str, changed: str, tail: str) -> str:
    """One line with the change, cut on both sides where it is long."""
    head, changed, tail = (re.sub(r"\s+", " ", part) for part in (head, changed, tail))
    head, tail = head.lstrip(), tail.rstrip()
    if len(head) > SHOWN:
        head = f"…{head[-SHOWN:]}"
    if len(changed) > 4 * SHOWN:
        changed = f"{changed[: 2 * SHOWN]} … {changed[-2 * SHOWN :]}"
    if len(tail) > SHOWN:
        tail = f"{tail[:SHOWN]}…"
    return f"{head}{changed}{tail}"


def _left_out(source: Source) -> Iterator[ast.AST]:
    """Nodes that compute nothing a reader sees: types, docstrings, imports, errors' texts."""
    for node in ast.walk(source.tree):
        for root in _unmutated(source, node):
            yield from ast.walk(root)


def _unmutated(source: Source, node: ast.AST) -> Iterable[ast.AST]:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Raise() | ast.Assert():
            return (node,)
        case ast.Expr(value=ast.Constant(value=str() | bytes())):
            return (node,)
        case ast.arg(annotation=ast.expr() as annotation):
            return (annotation,)
        case ast.AnnAssign():
            return (node.annotation,)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return (*node.decorator_list, *((node.returns,) if node.returns else ()))
        case ast.ClassDef():
            return (*node.decorator_list, *node.bases, *node.keywords)
        case ast.ExceptHandler(type=ast.expr() as caught):
            return (caught,)
        case ast.FormattedValue(format_spec=ast.expr() as form):
            return (form,)
        case ast.Call(func=ast.Name(id="cast" | "TypeVar"), args=[first, *_]):
            return (first,)
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return (node,)
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return (node,)
        case ast.Assign(targets=[ast.Name(id=name)]) if name.startswith("__"):
            return (node,)
        case ast.Assign(value=ast.Subscript() | ast.BinOp(op=ast.BitOr())):
            return (node,) if isinstance(source.parents[node], ast.Module) else ()
        case ast.Assign(targets=[ast.Name(id=name)]) if _is_only_raised(source, node, name):
            return (node,)
        case ast.expr() if _is_misplaced(source, node):
            return (node,)
    return (node,) if type(node).__name__ == "TypeAlias" else ()


def _is_only_raised(source: Source, node: ast.AST, name: str) -> bool:
    """Whether a name is given only to be told in errors."""
    function = source.parents[node]
    while not isinstance(function, ast.FunctionDef | ast.Module):
        function = source.parents[function]
    raised = {one for each in ast.walk(function) if isinstance(each, ast.Raise)
              for one in ast.walk(each)}  # fmt: skip
    loads = [
        one
        for one in ast.walk(function)
        if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load)
    ]
    return bool(loads) and raised.issuperset(loads)


def _is_misplaced(source: Source, node: ast.expr) -> bool:
    """Whether an expression within a formatted text stands elsewhere than Python says it does."""
    if not isinstance(source.parents.get(node), ast.FormattedValue):
        return False
    try:
        read = ast.parse(f"({source.of_node(node)})", mode="eval").body
    except (SyntaxError, ValueError):
        return True
    return ast.dump(read) != ast.dump(node)


def _comparisons(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for sides, operator in zip(pairwise([node.left, *node.comparators]), node.ops, strict=True):
            old = _SIGNS[type(operator)]
            for kind, new in COMPARISONS[old]:
                yield source.between(kind, sides, old, new)


_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


def _signs(source: Source, node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            if not any(_is_sequence(side) for side in (left, right)):
                old, new = OPERATORS[type(op)]
                yield source.between("sign", (left, right), old, new)
            if isinstance(op, ast.Sub) and isinstance(left, ast.Constant) and left.value == 1:
                yield source.put("complement", node, f"({source.of_node(right)})")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield source.put("sign", node, f"({source.of_node(operand)})")
        case ast.AugAssign(target=target, op=ast.Add() | ast.Sub(), value=value):
            old, new = OPERATORS[type(node.op)]
            if not _is_sequence(value):
                yield source.between("sign", (target, value), f"{old}=", f"{new}=")


def _is_sequence(node: ast.expr) -> bool:
    """Whether a node is written as text or as a list, for which a sign has another meaning."""
    kinds = ast.JoinedStr | ast.List | ast.Tuple | ast.ListComp
    return isinstance(node, kinds) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _conditions(source: Source, node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.If(test=test, body=body):
            yield source.put("condition", test, "False")
            if not all(isinstance(step, ast.Raise) for step in body):
                yield source.put("condition", test, "True")
        case ast.IfExp(test=test):
            yield source.put("condition", test, "False")
            yield source.put("condition", test, "True")
        case ast.comprehension(ifs=tests):
            for test in tests:
                yield source.put("condition", test, "True")
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            yield source.put("negation", node, f"({source.of_node(operand)})")
        case ast.BoolOp(op=op, values=values):
            word, other, unit = (
                ("and", "or", "True") if isinstance(op, ast.And) else ("or", "and", "False")
            )
            for value in values:
                yield source.put("operand", value, unit)
            for pair in pairwise(values):
                yield source.between("and-or", pair, word, other)


def _swaps(source: Source, node: ast.AST) -> Iterator[Change]:
    for row in _rows(source, node):
        for one, other in pairwise(row):
            if _sort(one) == _sort(other) and ast.dump(one) != ast.dump(other):
                yield source.swapped(one, other)


def _cells(source: Source, node: ast.AST) -> Iterator[Change]:
    """Exchange one cell between two neighbouring rows of a table that are written alike."""
    match node:
        case ast.Tuple(elts=rows) | ast.List(elts=rows) | ast.Call(args=rows):
            for upper, lower in pairwise(rows):
                above, below = _cells_of(upper), _cells_of(lower)
                if len(above) == len(below) > 1 and _sort(upper) == _sort(lower):
                    for one, other in zip(above, below, strict=True):
                        if _sort(one) == _sort(other) and ast.dump(one) != ast.dump(other):
                            yield replace(source.swapped(one, other), kind="cell")


def _cells_of(row: ast.expr) -> list[ast.expr]:
    match row:
        case ast.Tuple(elts=cells) | ast.Call(func=ast.Name(), args=cells):
            return cells
    return []


def _rows(source: Source, node: ast.AST) -> Iterator[list[ast.expr]]:
    """Values that stand one after another and could be mistaken for each other."""
    parent = source.parents.get(node)
    match node:
        case ast.Tuple(elts=values) | ast.List(elts=values):
            if not _is_orderless(parent):
                yield values
        case ast.Call(args=values, keywords=keywords) if not _is_orderless(node):
            yield values
            yield [one.value for one in keywords if not _is_style(source, one.value)]
        case ast.Dict(keys=keys, values=values) if None not in keys:
            yield [value for value in values if not _is_style(source, value)]


def _is_orderless(node: ast.AST | None) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in ORDERLESS
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return True
    return False


def _sort(node: ast.expr) -> str:
    """Return what kind of value a node is, so that only like is exchanged with like."""
    match node:
        case ast.Name(id=name) if name.startswith("_"):
            return name
        case ast.Starred():
            return ast.dump(node)
        case ast.Constant(value=value):
            return type(value).__name__ if not isinstance(value, float) else "int"
        case ast.JoinedStr():
            return "str"
    return type(node).__name__


def _words(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(source.parents.get(node), ast.JoinedStr):
        return
    if isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    ):
        start, _ = source.span(node)
        text = source.of_node(node)
        readable = _without_fields(text) if isinstance(node, ast.JoinedStr) else text
        for old, new in (*OPPOSITES, *((b, a) for a, b in OPPOSITES)):
            for found in re.finditer(rf"(?<!\w){old}(?!\w)", readable, re.IGNORECASE):
                first = start + len(text[: found.start()].encode())
                put = new.capitalize() if found[0][0].isupper() else new
                yield Change(kind="word", start=first, end=first + len(old), new=put)
                if old in ("and", "or"):
                    break


def _without_fields(text: str) -> str:
    """Blank what stands in braces in a formatted text, so that only its words are left."""
    depth = 0
    kept = []
    for sign in text.replace("{{", "  ").replace("}}", "  "):
        depth += sign == "{"
        kept.append(" " if depth else sign)
        depth -= sign == "}" and depth > 0
    return "".join(kept)


def _numbers(source: Source, node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Constant) or _is_style(source, node):
        return
    match node.value:
        case bool():
            parent = source.parents[node]
            if isinstance(parent, ast.keyword | ast.Assign | ast.Return | ast.AnnAssign):
                yield source.put("flag", node, str(not node.value))
        case int():
            yield source.put("number", node, str(node.value + 1))
        case float() if abs(node.value) > TOLERANCE or node.value == 0:
            share = 0 < node.value < 1
            new = round(1 - node.value, 12) if share else node.value + 1
            yield source.put("number", node, repr(0.6 if node.value == 0.5 else new))


def _is_style(source: Source, node: ast.AST) -> bool:
    """Whether a value belongs to a keyword or a key that sets no figure and no word."""
    while isinstance(node, ast.expr):
        value, node = node, source.parents[node]
        match node:
            case ast.keyword(arg=str() as name) if name in STYLE:
                return True
            case ast.Dict(keys=keys, values=values) if value in values:
                key = keys[values.index(value)]
                if isinstance(key, ast.Constant) and key.value in STYLE:
                    return True
    return False


def _names(source: Source, node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Attribute(attr=name, ctx=ast.Load()):
            _, end = source.span(node)
            for new in _partners(name, NAMES):
                if {name, new} == {"low", "high"} or new in source.attributes:
                    yield Change(kind="name", start=end - len(name), end=end, new=new)
        case ast.Name(id=name, ctx=ast.Load()):
            for new in _partners(name, NAMES):
                if new in _locals(source, node):
                    yield source.put("name", node, new)
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            _, end = source.span(node.func)
            for new in _partners(name, CALLS):
                yield Change(kind="extreme", start=end - len(name), end=end, new=new)
        case ast.Attribute(value=ast.Name(id="np"), attr="inf"):
            yield source.put("sign", node, "(-np.inf)")


def _partners(name: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for one, other in pairs:
        if name in (one, other):
            yield other if name == one else one


def _locals(source: Source, node: ast.AST) -> set[str]:
    """Names that are bound in the function around a node."""
    while not isinstance(node, ast.FunctionDef | ast.Lambda | ast.Module):
        node = source.parents[node]
    stored = {
        one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    return stored | {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}


def _orders(source: Source, node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Call(func=ast.Name(id="sorted"), keywords=keywords) if not any(
            keyword.arg == "reverse" for keyword in keywords
        ):
            _, end = source.span(node)
            yield Change(kind="order", start=end - 1, end=end, new=", reverse=True)")
        case ast.Subscript(slice=ast.Slice(lower=None, upper=None, step=ast.UnaryOp())):
            yield source.put("order", node, source.of_node(node.value))


def _returns(source: Source, node: ast.AST) -> Iterator[Change]:
    """Nothing instead of the value, where a function has several ways to end."""
    if not isinstance(node, ast.Return) or node.value is None:
        return
    function: ast.AST = node
    while not isinstance(function, ast.FunctionDef):
        function = source.parents[function]
    nothing = _nothing(function.returns)
    ends = [one for one in _own(function) if isinstance(one, ast.Return)]
    if len(ends) > 1 and source.of_node(node.value) not in ("None", nothing):
        yield source.put("return", node.value, nothing)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """Everything within a function, but for what belongs to functions inside it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            yield from _own(child)


def _nothing(annotation: ast.expr | None) -> str:
    kind = ast.unparse(annotation) if annotation else ""
    for begins, value in (("tuple[", "()"), ("list[", "[]"), ("str", '""')):
        if kind.startswith(begins):
            return value
    return "None"


Operator = Callable[[Source, ast.AST], Iterable[Change]]
_OPERATORS: tuple[Operator, ...] = (
    _comparisons,
    _signs,
    _conditions,
    _swaps,
    _cells,
    _words,
    _numbers,
    _names,
    _orders,
    _returns,
)
