"""How the house is built: sizes, concepts that stand more than once, what nobody reaches, circles, old words.

    python benchmarks/house.py [--before NAME=FOLDER …]

Counts are made of the source alone (nothing is imported), of this tree and of an earlier checkout beside it.
"""

import argparse
import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from house_lists import CONCEPTS, OLD_WORDS
from measuring import ROOT, report

LONG: Final = 40
"""Lines of a function above which it is long (CONTRIBUTING)."""
ENTRIES: Final = ("foresale", "foresale.__main__", "foresale.cli")
"""Where people come in: the names of the package, and the command line."""
CALLED_BY_OTHERS: Final = frozenset({"forward", "parse_args", "invoke"})
"""Methods that torch and click call by their names."""
FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Module:
    """One file of the package: its dotted name, its text and its syntax."""

    name: str
    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        """How long it is."""
        return self.text.count("\n")

    def definitions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
        """Functions, methods and classes, but for those within functions."""
        for node in self.tree.body:
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                yield node
            if isinstance(node, ast.ClassDef):
                yield from (part for part in node.body if isinstance(part, FUNCTIONS))

    def imports(self, modules: Mapping[str, "Module"]) -> set[str]:
        """The modules of the package that this one names: in imports anywhere, and in texts that are loaded later."""
        named = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
                room = node.value.removesuffix(".")
                if room != node.value and "." in room and room in modules:  # loaded by a name that is put together
                    named |= {name for name in modules if name.startswith(node.value)}
        return {name for name in named if name in modules and name != self.name}


@dataclass(frozen=True)
class House:
    """The source and the documentation of one tree."""

    root: Path

    @cached_property
    def modules(self) -> dict[str, Module]:
        """The files of the package, by their dotted names."""
        found = {}
        for path in sorted((self.root / "src" / "foresale").rglob("*.py")):
            parts = path.relative_to(self.root / "src").with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = Module(name, path, path.read_text())
        return found

    @cached_property
    def arrows(self) -> dict[str, set[str]]:
        """By module, the modules that it imports."""
        return {name: module.imports(self.modules) for name, module in self.modules.items()}

    @cached_property
    def documents(self) -> list[str]:
        """The texts that tell people what there is."""
        return [path.read_text() for path in (self.root / "README.md", *sorted((self.root / "docs").rglob("*.md")))]

    def long_functions(self) -> int:
        """How many functions and methods are long."""
        return sum(
            (node.end_lineno or node.lineno) - node.lineno + 1 > LONG
            for module in self.modules.values()
            for node in module.definitions()
            if isinstance(node, FUNCTIONS)
        )

    def places(self, concept: str) -> list[str]:
        """The modules in which a concept is worked out."""
        pattern = re.compile(CONCEPTS[concept], re.MULTILINE)
        return [name for name, module in self.modules.items() if pattern.search(module.text)]

    def unreachable(self) -> list[str]:
        """Modules that neither the package's names nor the command line lead to."""
        seen, wanted = set(), [entry for entry in ENTRIES if entry in self.modules]
        while wanted:
            name = wanted.pop()
            if name in seen:
                continue
            seen.add(name)
            packages = {".".join(name.split(".")[:end]) for end in range(1, name.count(".") + 1)}
            wanted += self.arrows[name] | (packages & self.modules.keys())
        return [name for name, module in self.modules.items() if name not in seen and module.lines > 1]

    def unnamed(self) -> list[tuple[str, int]]:
        """Functions, classes and methods that nothing else names: no source, documentation, benchmark or example."""
        scripts = [path.read_text() for room in ("benchmarks", "examples") for path in (self.root / room).rglob("*.py")]
        everywhere = Counter(re.findall(r"\w+", "\n".join(self.documents + scripts)))
        for module in self.modules.values():
            everywhere.update(_names(module.tree))
        found = []
        for module in self.modules.values():
            for node in module.definitions():
                special = node.name.startswith("__") or node.name in CALLED_BY_OTHERS or node.decorator_list
                if not special and everywhere[node.name] <= _names(node)[node.name]:
                    found.append((f"{module.name}:{node.name}", (node.end_lineno or 0) - node.lineno + 1))
        return found

    def circles(self) -> list[set[str]]:
        """Siblings of one package, files or folders, that import each other, directly or on the way."""
        graphs: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for name, targets in self.arrows.items():
            for target in targets:
                one, other = name.split("."), target.split(".")
                shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
                if shared:
                    graphs[".".join(one[:shared])][one[shared]].add(other[shared])
        return [
            {f"{package}.{name}" for name in circle} for package, graph in graphs.items() for circle in _circles(graph)
        ]

    def old_names(self) -> list[str]:
        """Public modules, classes, functions, methods and fields that bear a word that the field does not use."""
        found = [name for name in self.modules if name.rpartition(".")[2] in OLD_WORDS]
        for module in self.modules.values():
            found += [f"{module.name}:{name}" for name in _public(module) if name in OLD_WORDS]
        return found

    def deep_imports(self) -> set[str]:
        """Paths below the package from which the documentation tells people to import."""
        text = "\n".join(self.documents)
        return set(re.findall(r"^\s*(?:from|import) (foresale\.[\w.]+)", text, re.MULTILINE))

    def constants(self) -> tuple[int, int]:
        """Numbers that modules fix, and how many of them say why: in a text below, or a comment above or beside."""
        every = said = 0
        for module in self.modules.values():
            lines = module.text.splitlines()
            for place, node in enumerate(module.tree.body):
                if not _is_number(node):
                    continue
                every += 1
                after = module.tree.body[place + 1] if place + 1 < len(module.tree.body) else None
                below = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
                beside = "#" in lines[(node.end_lineno or 1) - 1] or lines[node.lineno - 2].startswith("#")
                said += below or beside
        return every, said

    def rows(self) -> list[tuple[str, object]]:
        """What is counted, in the order of the table."""
        modules = self.modules.values()
        unreachable, unnamed = self.unreachable(), self.unnamed()
        every, said = self.constants()
        return [
            ("lines of src", sum(module.lines for module in modules)),
            ("files of src", len(modules)),
            (f"functions over {LONG} lines", self.long_functions()),
            *((f"places of: {concept}", len(self.places(concept))) for concept in CONCEPTS),
            ("lines of modules that nothing leads to", sum(self.modules[name].lines for name in unreachable)),
            ("lines of definitions that nothing names", sum(lines for _, lines in unnamed)),
            ("circles among siblings", len(self.circles())),
            ("public names on the old list", len(self.old_names())),
            ("deep import paths in the documentation", len(self.deep_imports())),
            ("`# fmt: skip`", sum(module.text.count("# fmt: skip") for module in modules)),
            ("numbers fixed in modules, and those that say why", f"{every}, {said}"),
        ]


def _public(module: Module) -> Iterator[str]:
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name
            for part in node.body:
                if isinstance(part, FUNCTIONS):
                    yield part.name
                elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                    yield part.target.id
        elif isinstance(node, FUNCTIONS):
            yield node.name


def _names(tree: ast.AST) -> Counter[str]:
    """How often each name is used: read, called, imported, or written as a text of its own."""
    found = Counter[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found[node.id] += 1
        elif isinstance(node, ast.Attribute):
            found[node.attr] += 1
        elif isinstance(node, ast.alias):
            found[node.name] += 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found[node.value] += 1
    return found


def _is_number(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    return isinstance(value, ast.Constant) and type(value.value) in {int, float}


def _circles(graph: Mapping[str, set[str]]) -> Iterator[set[str]]:
    """Sets of nodes that reach each other (strongly connected, of two or more)."""
    reach = {name: _reached(graph, name) for name in graph}
    done: set[str] = set()
    for name in graph:
        if name not in done and name in reach[name]:
            circle = {other for other in reach[name] if name in reach.get(other, ())}
            done |= circle
            if len(circle) > 1:
                yield circle


def _reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    seen, wanted = set(), [start]
    while wanted:
        fresh = graph.get(wanted.pop(), set()) - seen
        seen |= fresh
        wanted += fresh
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", nargs="*", default=[], help="earlier checkouts beside this tree: NAME=FOLDER")
    parser.add_argument("--names", action="store_true", help="also print what was counted, by name")
    arguments = parser.parse_args()
    now = House(ROOT)
    names, folders = (
        zip(*(told.split("=", 1) for told in arguments.before), strict=True) if arguments.before else ((), ())
    )
    counts = [dict(House(Path(folder)).rows()) for folder in folders]
    rows = [(name, *(before[name] for before in counts), count) for name, count in now.rows()]
    columns = ["what", *names, "now"]
    report("house", title="How the house is built", data="none", columns=columns, rows=rows)
    if arguments.names:
        for concept in CONCEPTS:
            print(f"{concept}:", *now.places(concept), sep="\n  ")
        print("unreachable:", *now.unreachable(), sep="\n  ")
        print("unnamed:", *(f"{name} ({lines})" for name, lines in now.unnamed()), sep="\n  ")
        print("circles:", *(", ".join(sorted(circle)) for circle in now.circles()), sep="\n  ")
        print("old names:", *now.old_names(), sep="\n  ")
        print("deep imports:", *sorted(now.deep_imports()), sep="\n  ")


if __name__ == "__main__":
    main()
