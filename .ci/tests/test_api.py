"""What EchoExtract makes public: a missing comment, a type of Foundation or a type without a use is named."""

import json
from pathlib import Path

from api import consumed, documented, graph
from api.graph import Symbol


def symbol(
    name: str,
    kind: str = "swift.struct",
    documentation: str = "What it is.",
    declaration: str = "struct",
    types: tuple[str, ...] = (),
) -> Symbol:
    return Symbol(name, kind, documentation, declaration, "X.swift", types)


def test_a_graph_is_read(tmp_path: Path) -> None:
    fragments = [{"spelling": "let "}, {"spelling": "Shape", "preciseIdentifier": "s:10EchoTensor5ShapeV"}]
    member = {
        "pathComponents": ["Features", "segmentShape"],
        "kind": {"identifier": "swift.property"},
        "docComment": {"lines": [{"text": "Rows"}, {"text": "and columns."}]},
        "declarationFragments": fragments,
        "location": {"uri": "file:///a/Features.swift"},
    }
    (tmp_path / "EchoExtract.symbols.json").write_text(json.dumps({"symbols": [member]}))
    (found,) = graph.symbols(tmp_path)
    assert found.name == "Features.segmentShape"
    assert found.documentation == "Rows\nand columns."
    assert found.declaration == "let Shape"
    assert found.types == ("s:10EchoTensor5ShapeV",)
    assert found.place == "Features.swift"
    assert not found.is_type


def test_what_has_no_comment_is_named() -> None:
    faults = documented.faults([symbol("Fine"), symbol("Bare", documentation=" ")])
    assert len(faults) == 1
    assert faults[0].startswith("Bare (X.swift) is public and has no comment")


def test_what_throws_says_when() -> None:
    throwing = "func f() throws(EchoError)"
    assert documented.faults([symbol("Echo.f()", declaration=throwing)])
    said = "Does.\n- Throws: Where not."
    assert not documented.faults([symbol("Echo.f()", documentation=said, declaration=throwing)])
    assert not documented.faults([symbol("Share.init(from:)", declaration=throwing)])


def test_a_product_is_code() -> None:
    (fault,) = documented.faults([symbol("Features.width", documentation="N*D, and `x`.")])
    assert "backticks" in fault
    assert not documented.faults([symbol("Features.width", documentation="`N*D`, `[T, N*D]`.")])


def test_a_type_of_foundation_is_named() -> None:
    for module in ("10Foundation", "20FoundationEssentials"):
        (fault,) = documented.faults([symbol("Echo.bytes", types=(f"s:{module}4DataV",))])
        assert "Foundation" in fault
    assert not documented.faults([symbol("Echo.shape", types=("s:10EchoTensor5ShapeV",))])


def test_a_type_without_a_use_is_named() -> None:
    symbols = [symbol("Extraction"), symbol("Extraction.Level", "swift.enum"), symbol("Shard")]
    (fault,) = consumed.faults(symbols, ["import EchoExtract\nlet level = Extraction.Level.both"])
    assert fault.startswith("Shard is public and has no use")


def test_a_name_in_a_comment_or_a_text_is_no_use() -> None:
    source = 'import EchoExtract\n// Shard\n/* Shard\n */\nlet text = "Shard \\" Shard"\n'
    assert consumed.faults([symbol("Shard")], [source])


def test_another_types_member_of_that_name_is_no_use() -> None:
    symbols = [symbol("ModelHub"), symbol("ModelHub.Progress"), symbol("Extraction"), symbol("Extraction.Progress")]
    (fault,) = consumed.faults(symbols, ["let a: ModelHub.Progress\nlet b: Extraction"])
    assert fault.startswith("Extraction.Progress")


def test_another_import_is_named() -> None:
    for line in ("import EchoSignal", "@preconcurrency import Foundation", "import struct Logging.Logger"):
        (fault,) = consumed.faults([symbol("Shard")], [f"{line}\nlet a: Shard"])
        assert "imports" in fault


def test_a_graph_without_types_is_no_proof() -> None:
    assert consumed.faults([symbol("f()", "swift.func")], [""])
