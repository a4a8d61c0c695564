import EchoFormats
import EchoSignal
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct ManifestTests {
    private static func inputs(
        _ text: String, _ name: String = "list.csv"
    ) throws -> (inputs: InputList, folder: String) {
        let scratch = try ScratchFolder()
        let path = try scratch.text(name, text)
        try scratch.text("a.wav", "12345")
        return (try InputDiscovery(InputSelection(manifest: path)).inputs, scratch.path)
    }

    private static func error(_ text: String, _ name: String) throws -> InputError {
        try #require(throws: InputError.self) { try Self.inputs(text, name) }
    }

    @Test(arguments: ["list.csv", "list.txt"])
    func csvColumnsAreTakenAndTheOthersCarriedThrough(name: String) throws {
        let text = #"""
            path,id,sample_rate,channel,start,end,label,"a ""note"""
            a.wav,one,16000,1,0.5,2,bearing,"x, y"
            sub/b.wav,,,,,,,"line
            break"
            /abs/c.wav,two,,last,,3.5,gear,
            """#
        let (inputs, folder) = try Self.inputs(text, name)
        #expect(inputs.map(\.path) == [folder + "/a.wav", folder + "/sub/b.wav", "/abs/c.wav"])
        #expect(inputs.map(\.id) == ["one", "sub/b.wav", "two"])
        #expect(inputs.map(\.name) == inputs.map(\.id))
        #expect(
            inputs.map(\.overrides) == [
                InputOverrides(sampleRate: 16_000, channels: .channel(1), start: 0.5, end: 2),
                InputOverrides(), InputOverrides(channels: .last, end: 3.5),
            ])
        #expect(
            inputs.map(\.fields) == [
                ["label": .string("bearing"), "a \"note\"": .string("x, y")],
                ["label": .string(""), "a \"note\"": .string("line\nbreak")],
                ["label": .string("gear"), "a \"note\"": .string("")],
            ])
        #expect(inputs.map(\.byteCount) == [5, 0, 0])
        #expect(inputs[0].modified > 0 && inputs[1].modified == 0)
    }

    /// Found by `make fuzz`: such a path was a name of outputs as it stood, and recordings in a folder
    /// that was listed so were written beside the output folder.
    @Test(arguments: ["..", "sub/..", "../..", "/", "."])
    func pathsThatOnlyClimbNameNothingAboveTheOutput(path: String) throws {
        let (inputs, _) = try Self.inputs("a.wav\n\(path)\n", "list.txt")
        #expect(inputs.map(\.name) == ["a.wav", "folder"])
    }

    @Test func aListedFolderThatClimbsStaysBelowTheOutput() throws {
        let scratch = try ScratchFolder()
        try scratch.text("in/a.wav", "12345")
        try scratch.text("in/sub/b.wav", "12345")
        let list = try scratch.text("list", scratch.path + "/in/sub/..\0")
        let inputs = try InputDiscovery(InputSelection(files0: list)).inputs
        #expect(inputs.map(\.name) == ["folder/a.wav", "folder/sub/b.wav"])
    }

    @Test(arguments: ["list.jsonl", "list"])
    func jsonLinesToo(name: String) throws {
        let text = """
            {"path":"a.wav","id":7,"sample_rate":16000,"channel":"mean","tags":["x",1.50]}

            {"other":{"deep":null},"path":"./b/../c.wav","start":1,"end":2e0,"id":null}
            """
        let (inputs, folder) = try Self.inputs(text, name)
        #expect(inputs.map(\.path) == [folder + "/a.wav", folder + "/./b/../c.wav"])
        #expect(inputs.map(\.id) == ["7", "c.wav"])
        #expect(inputs[0].overrides == InputOverrides(sampleRate: 16_000, channels: .mean))
        #expect(inputs[1].overrides == InputOverrides(start: 1, end: 2))
        #expect(inputs[0].fields == ["tags": .array([.string("x"), .number("1.50")])])
        #expect(inputs[1].fields == ["other": .object(["deep": .null])])
    }

    @Test(arguments: [
        "path\na.wav\n/x/b.wav\n", "a.wav\r\n/x/b.wav\r\n", "a.wav\n\n/x/b.wav",
        "\u{FEFF}a.wav\n/x/b.wav", "id;path\n;a.wav\n;/x/b.wav\n",
        "path\tid\na.wav\t\n/x/b.wav\t\n",
    ])
    func plainPathsAndOtherDelimiters(text: String) throws {
        let (inputs, folder) = try Self.inputs(text, "list.txt")
        #expect(inputs.map(\.path) == [folder + "/a.wav", "/x/b.wav"])
        #expect(inputs.map(\.name) == ["a.wav", "x/b.wav"])
    }

    @Test(arguments: [
        ("l.csv", "path,start\na.wav,x\n", "line 2, column 2 (start): \"x\" is not a number"),
        ("l.csv", "path,sample_rate\na,1\nb,1.5\n", "line 3, column 2 (sample_rate)"),
        ("l.csv", "path,channel\na,left\n", "column 2 (channel): \"left\" is not a channel"),
        ("l.csv", "path,start,end\na,2,1\n", "line 2, column 3 (end)"),
        ("l.csv", "path,start\na,-1\n", "before the recording"),
        ("l.csv", "path,id\na,../x\n", "line 2, column 2 (id): \"../x\" cannot name"),
        ("l.csv", "path,id\na,b\nc\n", "line 3, column 2: the row has 1 field"),
        ("l.csv", "path,id\na,\"b\nc\n", "line 2: a quote is never closed"),
        ("l.csv", "path,x,x\na,1,2\n", "column 3: there are two columns \"x\""),
        ("l.csv", "file,id\na,b\n", "line 1: there is no path"),
        ("l.csv", "path,id\n\"x\ny\",1\n,2\n", "line 4, column path: there is no path"),
        ("l.jsonl", "{\"path\":\"a\"}\n{\"path\":1}\n", "line 2, column path: 1 is not text"),
        ("l.jsonl", "{\"path\":\"a\"}\n\n{\"id\":\"b\"}\n", "line 3: there is no path"),
        ("l.jsonl", "{\"path\":\"a\",\"path\":\"b\"}", "line 1: duplicate key \"path\" at byte 12"),
        ("l.jsonl", "{\"path\":\"a\"", "line 1: expected '}', found the end at byte 11"),
        ("l.jsonl", "[1]", "line 1: expected '{'"),
        ("l.jsonl", "{\"path\":\"a\\u0000b\"}", "is not text"),
        ("l.jsonl", "{\"path\":\"a\",\"end\":1e999}", "column end: 1e999 is not a number"),
    ])
    func whatIsWrongIsNamedByLineAndColumn(name: String, text: String, part: String) throws {
        let error = try Self.error(text, name)
        #expect(error.code == "list")
        #expect("\(error)".contains(name + ": ") && "\(error)".contains(part), "\(error)")
    }

    @Test func duplicatesAreRefusedWithBothPlaces() throws {
        let error = try Self.error("path,id\na.wav,x\nb.wav,y\nc.wav,x\n", "l.csv")
        #expect(error.code == "same-name")
        #expect("\(error)".contains("a.wav (") && "\(error)".contains("l.csv, line 2)"))
        #expect("\(error)".contains("c.wav (") && "\(error)".contains("l.csv, line 4)"))
        // Parts of one recording need ids of their own.
        let parts = try Self.error("path,start,end\na.wav,0,1\na.wav,1,2\n", "l.csv")
        #expect("\(parts)".contains("line 2)") && "\(parts)".contains("line 3)"))
    }

    @Test func archivesInAManifestBringTheirMembers() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        tar.add("1.wav", [1, 2, 3])
        tar.add("1.json", Array(#"{"label":"own","n":1}"#.utf8))
        tar.add("2.wav", [1, 2, 3])
        try tar.write(to: try scratch.file("x.tar"))
        let path = try scratch.text("l.csv", "path,id,label\nx.tar,set,gear\n")
        let inputs = try InputDiscovery(InputSelection(manifest: path)).inputs
        #expect(inputs.map(\.name) == ["set/1.wav", "set/2.wav"])
        #expect(inputs[0].fields == ["label": .string("gear"), "n": .integer(1)])
        #expect(inputs[1].fields == ["label": .string("gear")])
    }

    @Test func listsWithZeroBytesHoldAnyName() throws {
        let scratch = try ScratchFolder()
        try scratch.text("in/line\nbreak.wav", "")
        try scratch.text("in/b.wav", "")
        let listed = ["\(scratch.path)/in/line\nbreak.wav", "./x/a.wav", scratch.path + "/in"]
        let path = try scratch.text("list", listed.map { $0 + "\0" }.joined())
        let found = try InputDiscovery(InputSelection(files0: path))
        // The folder holds the first one.
        #expect(found.inputs.count == 3)
        #expect(found.skipped.repeatedCount == 1)
        let two = try scratch.text("two", listed.prefix(2).map { $0 + "\0" }.joined())
        let inputs = try InputDiscovery(InputSelection(files0: two)).inputs
        #expect(inputs.map(\.path) == Array(listed.prefix(2)))
        #expect(inputs.map(\.name) == [String(listed[0].dropFirst()), "x/a.wav"])
        let folder = try scratch.text("folder", listed[2])
        #expect(try InputDiscovery(InputSelection(files0: folder)).inputs.count == 2)
    }

    @Test func listsThatAreMissingOrEmptyAreErrors() throws {
        let scratch = try ScratchFolder()
        let empty = try scratch.text("empty.csv", "")
        for selection in [
            InputSelection(manifest: scratch.path + "/none"), InputSelection(manifest: empty),
            InputSelection(files0: scratch.path + "/none"), InputSelection(files0: empty),
            InputSelection(manifest: scratch.path),
        ] {
            #expect(throws: InputError.self) { try InputDiscovery(selection) }
        }
    }
}
