import EchoFormats
import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Names that Swift's strings confuse and file systems do not, and names that are no UTF-8.
@Suite(.timeLimit(.minutes(20))) struct ByteNameInputTests {
    private static let mark = "\u{301}m.wav"
    private static let composed = "\u{E9}"
    private static let decomposed = "e\u{301}"

    private static func wav(_ scratch: ScratchFolder, _ name: String, seed: UInt32) throws -> String
    {
        let path = try scratch.file(name)
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: 300, seed: seed), sampleRate: 1000, as: .wav16, to: path)
        return path
    }

    /// Named itself, in a folder, by a pattern, in lists and in an archive.
    @Test func aNameThatBeginsWithACombiningMarkIsAName() throws {
        let scratch = try ScratchFolder()
        let path = scratch.path + "/in/" + Self.mark
        try scratch.text("in/a.wav", "")
        #expect(FileManager.default.createFile(atPath: path, contents: Data()))
        var tar = TarFile()
        tar.add("sub/" + Self.mark, [])
        let archive = try scratch.file("x.tar")
        try tar.write(to: archive)
        let list = try scratch.text("list.csv", "path\nin/\(Self.mark)\n")
        let files0 = try scratch.text("files0", path + "\0")
        let selections: [(InputSelection, String)] = [
            (InputSelection(arguments: [path]), Self.mark),
            (InputSelection(arguments: [scratch.path + "/in"]), Self.mark),
            (InputSelection(arguments: [scratch.path + "/in/*m.wav"]), Self.mark),
            (InputSelection(arguments: [scratch.path + "/**/*m.wav"]), "in/" + Self.mark),
            (InputSelection(arguments: [archive]), "x.tar/sub/" + Self.mark),
            (InputSelection(manifest: list), "in/" + Self.mark),
            (InputSelection(files0: files0), String(path.dropFirst())),
        ]
        for (selection, name) in selections {
            let found = try InputDiscovery(selection)
            let last = try #require(found.inputs.last)
            #expect(last.name.hasSameBytes(as: name), "\(last.name)")
            #expect(last.path.fileName.hasSameBytes(as: Self.mark))
            #expect(found.problems.isEmpty)
        }
    }

    /// Members, their JSON and the archives themselves: equal strings, other bytes.
    @Test func bothFormsOfALetterStandSideBySide() throws {
        let scratch = try ScratchFolder()
        let wavs = try (0..<4).map { index in
            try Data(
                contentsOf: URL(
                    fileURLWithPath: try Self.wav(scratch, "\(index).wav", seed: UInt32(index + 1)))
            )
        }
        // The same sizes and places in both: nothing but the bytes of the names tells them apart.
        for (archive, letter) in [Self.composed, Self.decomposed].enumerated() {
            var tar = TarFile()
            for (index, letter) in [Self.composed, Self.decomposed].enumerated() {
                tar.add("\(letter).wav", [UInt8](wavs[2 * archive + index]))
                tar.add("\(letter).json", Array(#"{"n":\#(index)}"#.utf8))
            }
            try tar.write(to: scratch.path + "/in-\(letter).tar")
        }
        let archives = [Self.composed, Self.decomposed].map { scratch.path + "/in-\($0).tar" }
        let found = try InputDiscovery(arguments: archives)
        #expect(found.inputs.count == 4)
        #expect(found.problems.isEmpty)
        #expect(found.inputs.map { $0.fields["n"] } == [0, 1, 0, 1].map { .integer($0) })
        // The first of each, then the second: a reader of the wrong archive finds a member there.
        let order = [0, 3, 1, 2]
        var members = ArchiveMembers()
        let samples = try order.map { index in
            let input = found.inputs[index]
            return try RecordingReader.open(input, members.content(of: input), ReadingOptions())
                .next()?.samples
        }
        let reference = try order.map { index in
            try RecordingReader.open(
                path: scratch.path + "/\(index).wav", ReadingOptions()
            ).next()?.samples
        }
        #expect(samples == reference)
    }

    // MARK: Not UTF-8

    /// `café.wav` in Latin-1.
    private static let latin = Array("caf".utf8) + [0xE9] + Array(".wav".utf8)

    /// Makes a file whose name's bytes are these.
    private static func create(_ folder: String, _ name: [UInt8]) {
        let path = (Array((folder + "/").utf8) + name).map { CChar(bitPattern: $0) } + [0]
        close(open(path, O_CREAT | O_WRONLY, 0o666))
    }

    /// A folder `in` with one name in Latin-1 between two others.
    private static func folder() throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        try scratch.text("in/a.wav", "")
        try scratch.text("in/z.wav", "")
        create(scratch.path + "/in", latin)
        return scratch
    }

    private static func expectOneLeftOut(_ found: InputDiscovery, code: String = "name-not-unicode")
    {
        #expect(found.inputs.map(\.path.fileName) == ["a.wav", "z.wav"])
        #expect(found.problems.map(\.code) == [code])
        #expect(found.problems.first?.path?.contains("caf\u{FFFD}.wav") == true)
    }

    @Test(arguments: ["", "/*", "/*.wav", "/**/*.wav"])
    func foldersAndPatternsGoOnWithoutIt(pattern: String) throws {
        let scratch = try Self.folder()
        Self.expectOneLeftOut(try InputDiscovery(arguments: [scratch.path + "/in" + pattern]))
    }

    @Test func aFolderOfSuchANameIsAProblemOfPatterns() throws {
        let scratch = try ScratchFolder()
        try scratch.text("in/a.wav", "")
        let path =
            (Array((scratch.path + "/in/").utf8) + Self.latin).map { CChar(bitPattern: $0) } + [0]
        mkdir(path, 0o777)
        let found = try InputDiscovery(arguments: [scratch.path + "/in/**/*.wav"])
        #expect(found.inputs.count == 1)
        // `**` could not go through it, and it matches `*.wav` itself.
        #expect(Set(found.problems.map(\.code)) == ["name-not-unicode"])
    }

    /// What a shell makes of `*.wav`.
    @Test func argumentsGoOnWithoutIt() throws {
        let scratch = try Self.folder()
        let folder = scratch.path + "/in/"
        Self.expectOneLeftOut(
            try InputDiscovery(
                arguments: [folder + "a.wav", folder + "caf\u{FFFD}.wav", folder + "z.wav"]))
    }

    @Test func listsGoOnWithoutIt() throws {
        let scratch = try Self.folder()
        let lines = [
            Array("in/a.wav".utf8), Array("in/".utf8) + Self.latin, Array("in/z.wav".utf8),
        ]
        func list(_ name: String, _ bytes: [UInt8]) throws -> String {
            let path = try scratch.file(name)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return path
        }
        let paths = try list("paths", Array(lines.joined(separator: [0x0A])))
        Self.expectOneLeftOut(try InputDiscovery(InputSelection(manifest: paths)))
        let csv = try list("list.csv", Array("path\n".utf8) + lines.joined(separator: [0x0A]))
        Self.expectOneLeftOut(try InputDiscovery(InputSelection(manifest: csv)))
        let absolute = lines.map { Array((scratch.path + "/").utf8) + $0 }
        let files0 = try list("files0", Array(absolute.joined(separator: [0])))
        Self.expectOneLeftOut(try InputDiscovery(InputSelection(files0: files0)))
        // Where another column has it, the line is named.
        let note = try list(
            "note.csv", Array("path,note\nin/a.wav,x\nin/b.wav,".utf8) + [0xE9, 0x0A])
        let found = try InputDiscovery(InputSelection(manifest: note))
        #expect(found.inputs.count == 1)
        #expect("\(found.problems)".contains("line 3, column 2 (note): the text is not UTF-8"))
        let json = try list(
            "list.jsonl",
            Array("{\"path\":\"in/a.wav\"}\n{\"path\":\"".utf8) + Self.latin + Array("\"}\n".utf8))
        #expect(try InputDiscovery(InputSelection(manifest: json)).problems.map(\.code) == ["list"])
    }

    /// Two such names would be one with replacement characters.
    @Test func archivesGoOnWithoutIt() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        tar.add("a.wav", [])
        tar.add(bytes: Self.latin, [])
        tar.add(bytes: Self.latin.map { $0 == 0xE9 ? 0xE8 : $0 }, [])
        tar.add("é.wav", [])
        let path = try scratch.file("x.tar")
        try tar.write(to: path)
        let found = try InputDiscovery(arguments: [path])
        #expect(found.inputs.map(\.name) == ["x.tar/a.wav", "x.tar/é.wav"])
        #expect(found.problems.map(\.code) == ["member", "member"])
        #expect("\(found.problems)".contains("its name is not UTF-8"))
    }
}
