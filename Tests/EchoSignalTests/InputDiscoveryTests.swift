import EchoSignal
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct InputDiscoveryTests {
    /// A folder with these files, all empty: discovery opens none of them.
    private static func folder(_ names: [String]) throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        for name in names {
            try Data().write(to: URL(fileURLWithPath: try scratch.file(name)))
        }
        return scratch
    }

    private static func link(_ scratch: ScratchFolder, _ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path + "/" + name, withDestinationPath: target)
    }

    private static func error(_ arguments: [String]) -> InputError? {
        do throws(InputError) {
            _ = try InputDiscovery(arguments: arguments)
            return nil
        } catch {
            return error
        }
    }

    @Test func foldersAreWalkedInTheOrderOfBytes() throws {
        let scratch = try Self.folder([
            "b.wav", "a/z.flac", "a/b/c.ogg", "a.wav", "B.WAV", "ä.wav", "a/10.mp3", "a/9.mp3",
        ])
        let found = try InputDiscovery(arguments: [scratch.path])
        #expect(
            found.inputs.map(\.name) == [
                "B.WAV", "a/10.mp3", "a/9.mp3", "a/b/c.ogg", "a/z.flac", "a.wav", "b.wav", "ä.wav",
            ])
        #expect(found.inputs.map(\.path) == found.inputs.map { scratch.path + "/" + $0.name })
        #expect(found.skipped.count == 0)
        #expect(found.problems.isEmpty)
    }

    @Test func aFileIsNamedByItsLastComponentWhateverItsExtension() throws {
        let scratch = try Self.folder(["a/b/odd.xyz", "a/plain", "c/x.wav"])
        let arguments = ["a/plain", "a/b/../b/odd.xyz", "c/x.wav"].map { scratch.path + "/" + $0 }
        let found = try InputDiscovery(arguments: arguments)
        #expect(found.inputs.map(\.name) == ["plain", "odd.xyz", "x.wav"])
        #expect(found.inputs.map(\.path) == arguments)
    }

    @Test func hiddenFilesAndOtherFilesAreLeftOut() throws {
        let scratch = try Self.folder([
            "a.wav", ".hidden.wav", ".folder/b.wav", "notes.txt", "wav", "c/table.csv", "d.raw",
        ])
        let found = try InputDiscovery(arguments: [scratch.path + "/"])
        #expect(found.inputs.map(\.path) == [scratch.path + "/a.wav"])
        #expect(found.skipped.count == 4)
    }

    /// Text is taken where it was said how to read it, and with `--text` whatever it is called.
    @Test func textIsFoundWhereItCanBeRead() throws {
        let scratch = try Self.folder([
            "2003.10.22.12.06.24", "N.xls", "a.csv", "b.tsv", "c.txt", "d.mat", "e.npy", "x.wav",
        ])
        func names(_ reading: ReadingOptions) throws -> [String] {
            try InputDiscovery(InputSelection(arguments: [scratch.path], reading: reading))
                .inputs.map(\.name)
        }
        let text = ["a.csv", "b.tsv", "c.txt"]
        #expect(
            try names(ReadingOptions(csv: CSVOptions(rateFromTime: .s))) == text + ["x.wav"])
        #expect(try names(ReadingOptions(csv: CSVOptions(columns: ["a"]))) == text + ["x.wav"])
        #expect(
            try names(ReadingOptions(sampleRate: 1000))
                == text + ["d.mat", "e.npy", "x.wav"])
        #expect(
            try names(ReadingOptions(text: true))
                == ["2003.10.22.12.06.24", "N.xls"] + text + ["x.wav"])
    }

    @Test func sizeAndAgeAreKnownAndTheNameIsTheIdentity() throws {
        let scratch = try Self.folder(["in/a.wav"])
        let path = scratch.path + "/in/a.wav"
        try Data(count: 123).write(to: URL(fileURLWithPath: path))
        var times = [timespec(tv_sec: 1_600_000_000, tv_nsec: 0), timespec()]
        times[1] = timespec(tv_sec: 1_700_000_000, tv_nsec: 987_654_321)
        utimensat(AT_FDCWD, path, times, 0)
        for argument in [path, scratch.path] {
            let input = try #require(try InputDiscovery(arguments: [argument]).inputs.first)
            #expect(input.byteCount == 123)
            #expect(input.modified == 1_700_000_000_987_654_321)
            #expect(input.id == input.name)
            #expect(input.source == .file)
            #expect(input.fields.isEmpty)
            #expect(input.overrides == InputOverrides())
        }
    }

    @Test(arguments: RecordingFixtures.Format.allCases)
    func whatLibsndfileWritesIsFoundInAFolder(format: RecordingFixtures.Format) throws {
        let scratch = try Self.folder(["x.\(format.fileExtension)"])
        #expect(try InputDiscovery(arguments: [scratch.path]).inputs.count == 1)
    }

    @Test func loopsOfLinksEnd() throws {
        let scratch = try Self.folder(["a/x.wav", "b/y.wav"])
        try Self.link(scratch, "a/up", to: "..")
        try Self.link(scratch, "a/self", to: ".")
        try Self.link(scratch, "b/across", to: "../a")
        let found = try InputDiscovery(arguments: [scratch.path])
        #expect(found.inputs.map(\.name) == ["a/x.wav", "b/y.wav"])
        #expect(found.problems.isEmpty)
    }

    @Test func linksToRecordingsAreFollowed() throws {
        let scratch = try Self.folder(["elsewhere/x.wav", "in/y.wav"])
        try Self.link(scratch, "in/folder", to: "../elsewhere")
        try Self.link(scratch, "in/z.wav", to: "../elsewhere/x.wav")
        let found = try InputDiscovery(arguments: [scratch.path + "/in"])
        #expect(found.inputs.map(\.name) == ["folder/x.wav", "y.wav", "z.wav"])
    }

    @Test func linksThatLeadNowhereAreProblems() throws {
        let scratch = try Self.folder(["a.wav"])
        try Self.link(scratch, "gone.wav", to: "nowhere")
        try Self.link(scratch, "loop.flac", to: "loop.flac")
        try Self.link(scratch, "gone.txt", to: "nowhere")
        let found = try InputDiscovery(arguments: [scratch.path])
        #expect(found.inputs.map(\.name) == ["a.wav"])
        #expect(found.problems.map(\.code) == ["missing", "missing"])
        #expect(
            found.problems.map(\.path) == [
                scratch.path + "/gone.wav", scratch.path + "/loop.flac",
            ])
        #expect(found.skipped.count == 1)
    }

    @Test(.enabled(if: geteuid() != 0, "root lists every folder"))
    func aFolderThatCannotBeListedIsAProblem() throws {
        let scratch = try Self.folder(["a.wav", "locked/b.wav"])
        let locked = scratch.path + "/locked"
        chmod(locked, 0)
        defer { chmod(locked, 0o700) }
        let found = try InputDiscovery(arguments: [scratch.path])
        #expect(found.inputs.map(\.name) == ["a.wav"])
        #expect(
            found.problems == [
                InputError(.unreadableFolder(path: locked, String(cString: strerror(EACCES))))
            ])
    }

    @Test func namesThatAreNotUnicodeAreProblemsAndStrangeOnesAreNot() throws {
        let scratch = try Self.folder(["a.wav", "line\nbreak.wav", "quote'\".wav"])
        for name: [UInt8] in [[0xFF, 0x2E, 0x77, 0x61, 0x76], [0xE4, 0x2E, 0x74, 0x78, 0x74]] {
            let path = Array((scratch.path + "/").utf8) + name + [0]
            let file = open(path.map(CChar.init(bitPattern:)), O_CREAT | O_WRONLY, 0o600)
            try #require(file >= 0)
            close(file)
        }
        let found = try InputDiscovery(arguments: [scratch.path])
        #expect(found.inputs.map(\.name) == ["a.wav", "line\nbreak.wav", "quote'\".wav"])
        #expect(
            found.problems == [InputError(.nameNotUnicode(path: scratch.path + "/\u{FFFD}.wav"))])
        #expect(found.skipped.count == 1)
    }

    @Test func aMissingArgumentIsAnError() throws {
        let scratch = try Self.folder(["a.wav"])
        let missing = scratch.path + "/b.wav"
        let error = try #require(Self.error([scratch.path + "/a.wav", missing]))
        #expect(error.code == "missing")
        #expect(error.path == missing)
        #expect(Self.error([""])?.code == "missing")
        #expect(Self.error([scratch.path + "/a.wav/"])?.code == "missing")
    }

    @Test func nothingFoundIsAnError() throws {
        let scratch = try Self.folder(["a.mat", "b/c.md"])
        let error = try #require(Self.error([scratch.path]))
        guard case .noRecordings([scratch.path], let skipped) = error.cause else {
            Issue.record("\(error)")
            return
        }
        #expect(skipped.count == 2)
        // What would help is said here too.
        #expect("\(error)".contains("1 .mat file: take them with --sample-rate"))
        #expect(Self.error([])?.code == "no-recordings")
    }

    @Test func inputsOfOneNameAreRefusedWithBothPaths() throws {
        let scratch = try Self.folder(["a/x.wav", "b/x.wav"])
        let (a, b) = (scratch.path + "/a", scratch.path + "/b")
        for arguments in [[a, b], [a + "/x.wav", b + "/x.wav"], [a, b + "/x.wav"]] {
            #expect(
                Self.error(arguments)
                    == InputError(
                        .sameName("x.wav", first: a + "/x.wav", second: b + "/x.wav")))
        }
        #expect(Self.error([scratch.path]) == nil)
    }

    /// One letter and two code points are equal strings and different files.
    @Test func namesAreComparedByTheirBytes() throws {
        let scratch = try Self.folder(["a/\u{E9}.wav", "b/e\u{301}.wav"])
        let found = try InputDiscovery(arguments: [scratch.path + "/a", scratch.path + "/b"])
        #expect(found.inputs.count == 2)
    }
}
