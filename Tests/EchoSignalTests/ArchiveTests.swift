import EchoFormats
import EchoSignal
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct ArchiveTests {
    /// A WAV of 300 samples at 1000 Hz, different for each seed.
    private static func wav(
        _ scratch: ScratchFolder, _ name: String, seed: UInt32
    ) throws -> String {
        let path = try scratch.file(name)
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: 300, seed: seed), sampleRate: 1000, as: .wav16, to: path)
        return path
    }

    /// The samples of every input, decoded through one reader of archives.
    private static func samples(_ inputs: some Sequence<Input>) throws -> [[Float]] {
        var members = ArchiveMembers()
        var found: [[Float]] = []
        for input in inputs {
            let content = try members.content(of: input)
            let reader = try RecordingReader.open(input, content)
            found += try RecordingReaderTests.segments(reader).map(\.samples)
        }
        return found
    }

    private static func reference(seed: UInt32) -> [Float] {
        RecordingReaderTests.reference(
            RecordingFixtures.noise(count: 300, seed: seed), sampleRate: 1000)[0]
    }

    /// What GNU tar packs, plain and through gzip.
    @Test(arguments: ["-cf", "-czf"], ["x.tar", "x.tar.gz"])
    func tarFilesAreReadWhateverTheirName(option: String, name: String) throws {
        let scratch = try ScratchFolder()
        for (index, file) in ["in/a.wav", "in/sub/b.wav", "in/c.wav"].enumerated() {
            _ = try Self.wav(scratch, file, seed: UInt32(index + 1))
        }
        try scratch.text("in/notes.txt", "no recording")
        let archive = try scratch.file("out/" + name)
        try TarFile.run(
            option, archive, "-C", scratch.path, "in/a.wav", "in/sub", "in/c.wav", "in/notes.txt")
        for argument in [archive, scratch.path + "/out"] {
            let found = try InputDiscovery(arguments: [argument])
            #expect(
                found.inputs.map(\.name)
                    == ["in/a.wav", "in/sub/b.wav", "in/c.wav"].map {
                        name + "/" + $0
                    })
            #expect(
                found.inputs.map(\.path) == found.inputs.map { scratch.path + "/out/" + $0.name })
            #expect(found.inputs.allSatisfy { $0.byteCount == 644 && $0.modified > 0 })
            #expect(found.skipped.count == 1)
            #expect(try Self.samples(found.inputs) == (1...3).map { Self.reference(seed: $0) })
        }
    }

    @Test func aShardsJSONIsCarriedThrough() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        tar.add("000.json", Array(#"{"label":"bearing","n":1.50,"x":[1,null]}"#.utf8))
        try tar.add("000.wav", file: try Self.wav(scratch, "0.wav", seed: 1))
        try tar.add("001.left.wav", file: try Self.wav(scratch, "1.wav", seed: 2))
        tar.add("001.json", Array(#"{"label":"gear"}"#.utf8))
        tar.add("001.cls", Array("7".utf8))
        try tar.add("sub/000.wav", file: try Self.wav(scratch, "2.wav", seed: 3))
        tar.add("002.json", Array("{broken".utf8))
        let path = try scratch.file("shard-000.tar")
        try tar.write(to: path)
        let found = try InputDiscovery(arguments: [path])
        #expect(
            found.inputs.map(\.fields) == [
                [
                    "label": .string("bearing"), "n": .number("1.50"),
                    "x": .array([.integer(1), .null]),
                ],
                ["label": .string("gear")], [:],
            ])
        #expect(found.problems.map(\.code) == ["member"])
        #expect(found.problems[0].path == path + "/002.json")
        #expect(try Self.samples(found.inputs) == (1...3).map { Self.reference(seed: $0) })
    }

    @Test func aSignalsRateMayBeInItsJSON() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        try tar.add("a.npy", file: Ramp.fixture("vector.npy"))
        tar.add("a.json", Array(#"{"sample_rate":2000}"#.utf8))
        try tar.add("b.npy", file: Ramp.fixture("vector.npy"))
        let path = try scratch.file("x.tar")
        try tar.write(to: path)
        let reading = ReadingOptions(sampleRate: 1000)
        let inputs = try InputDiscovery(
            InputSelection(arguments: [path], reading: reading)
        ).inputs
        var members = ArchiveMembers()
        let rates = try inputs.map { input in
            try RecordingReader.open(input, members.content(of: input), reading).sampleRate
        }
        #expect(rates == [2000, 1000])
        // Without a word on rates nobody asked for arrays.
        #expect(throws: InputError.self) { try InputDiscovery(arguments: [path]) }
    }

    /// Names that would leave the output folder, or mean nothing in it.
    @Test func namesOfMembersAreMadeHarmless() throws {
        let scratch = try ScratchFolder()
        let wav = try Self.wav(scratch, "0.wav", seed: 1)
        var tar = TarFile()
        for name in ["/etc/a.wav", "./b.wav", "x//./c.wav", "../d.wav", "x/../../e.wav"] {
            try tar.add(name, file: wav)
        }
        tar.add("link.wav", [], type: "2", link: "/etc/passwd")
        tar.add("hard.wav", [], type: "1", link: "b.wav")
        tar.add("folder.wav", [], type: "5")
        let path = try scratch.file("x.tar")
        try tar.write(to: path)
        let found = try InputDiscovery(arguments: [path])
        #expect(found.inputs.map(\.name) == ["x.tar/etc/a.wav", "x.tar/b.wav", "x.tar/x/c.wav"])
        // Two links, and two names that climb.
        #expect(found.problems.map(\.code) == ["member", "member", "member", "member"])
        #expect("\(found.problems[0])".contains("link.wav"))
        #expect("\(found.problems[2])".contains("../d.wav"))
        #expect(try Self.samples(found.inputs).count == 3)
    }

    /// A terabyte promised by a tar of a kilobyte; and a JSON of 8 GB.
    @Test func sizesThatCannotBeAreRefused() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        tar.add("big.json", [], size: 8_589_934_591)
        let json = try scratch.file("json.tar")
        try tar.write(to: json)
        #expect(throws: InputError.self) { try InputDiscovery(arguments: [json]) }
        tar = TarFile()
        try tar.add("a.wav", file: try Self.wav(scratch, "0.wav", seed: 1))
        tar.add("b.wav", [1, 2, 3], size: 8_589_934_591)
        let path = try scratch.file("x.tar")
        try tar.write(to: path)
        let found = try InputDiscovery(arguments: [path])
        #expect(found.inputs.map(\.name) == ["x.tar/a.wav"])
        #expect("\(found.problems)".contains("promises 8589934591 bytes"))
    }

    /// Cut anywhere: the members before the cut are read, and the rest has a reason.
    @Test func archivesThatAreCutOffGiveWhatTheyHold() throws {
        let scratch = try ScratchFolder()
        var tar = TarFile()
        for seed in 1...3 {
            try tar.add(
                "\(seed).wav", file: try Self.wav(scratch, "\(seed).wav", seed: UInt32(seed)))
        }
        let path = try scratch.file("x.tar")
        // Each takes 512 + 1024 bytes.
        for count in [100, 511, 600, 1536, 1600, 2100, 3072 + 512 + 643] {
            try Data(tar.bytes.prefix(count)).write(to: URL(fileURLWithPath: path))
            let whole = count / 1536
            guard let found = try? InputDiscovery(arguments: [path]) else {
                #expect(whole == 0)
                continue
            }
            var members = ArchiveMembers()
            var readable = 0
            for input in found.inputs {
                do throws(SignalError) {
                    _ = try members.content(of: input)
                    readable += 1
                } catch {
                    #expect(error.code == "archive")
                }
            }
            #expect(readable == whole)
        }
    }

    @Test func anArchiveThatChangedSinceIsNoticed() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("x.tar")
        var tar = TarFile()
        try tar.add("a.wav", file: try Self.wav(scratch, "0.wav", seed: 1))
        try tar.write(to: path)
        let inputs = try InputDiscovery(arguments: [path]).inputs
        tar = TarFile()
        try tar.add("b.wav", file: try Self.wav(scratch, "0.wav", seed: 1))
        try tar.write(to: path)
        let error = #expect(throws: SignalError.self) { try Self.samples(inputs) }
        #expect(error?.reason.contains("changed since") == true)
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: SignalError.self) { try Self.samples(inputs) }
    }

    @Test func membersComeInAnyOrder() throws {
        let scratch = try ScratchFolder()
        var archives: [String] = []
        for archive in 0..<2 {
            var tar = TarFile()
            for index in 0..<3 {
                let seed = UInt32(1 + archive * 3 + index)
                try tar.add(
                    "\(index).wav", file: try Self.wav(scratch, "0.wav", seed: seed))
            }
            archives.append(try scratch.file("\(archive).tar"))
            try tar.write(to: archives[archive])
        }
        let inputs = try InputDiscovery(arguments: archives).inputs
        let order = [5, 0, 2, 1, 4, 3, 3]
        #expect(
            try Self.samples(order.map { inputs[$0] })
                == order.map { Self.reference(seed: UInt32($0 + 1)) })
    }

    /// 10,000 members read one after the other: started again for each it would not end today.
    @Test
    func manyMembersAreReadInOnePass() throws {
        let scratch = try ScratchFolder()
        let wav = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: try Self.wav(scratch, "0.wav", seed: 1))))
        var tar = TarFile()
        for index in 0..<10_000 { tar.add("\(index).wav", wav) }
        let path = try scratch.file("x.tar")
        try tar.write(to: path)
        let inputs = try InputDiscovery(arguments: [path]).inputs
        #expect(inputs.count == 10_000)
        var members = ArchiveMembers()
        for input in inputs { _ = try members.content(of: input) }
    }

    @Test func whatIsNoArchiveIsAProblem() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.text("x.tar", "LRZI, which libarchive would start a program for")
        let error = #expect(throws: InputError.self) { try InputDiscovery(arguments: [path]) }
        #expect(error?.code == "archive")
        #expect(error?.path == path)
    }
}
