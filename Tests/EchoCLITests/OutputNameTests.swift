import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// Names that cannot be those of files, and names that meet.
@Suite(.timeLimit(.minutes(20))) struct OutputNameTests {
    /// Alone too long with the ending, with a channel's, as a list's id, and as a path.
    @Test(arguments: [
        (String(repeating: "m", count: 242), ["--channels", "first"]),
        (String(repeating: "m", count: 240), ["--channels", "each"]),
        (String(repeating: "m", count: 300), []),
        (String(repeating: "m", count: 200) + "/" + String(repeating: "m", count: 300), []),
        (String(repeating: "m/", count: 2100) + "m", []),
    ])
    func aNameThatIsTooLongFailsAlone(id: String, options: [String]) throws {
        for layout in FolderLayout.allCases {
            let runs = try EitherLayout(layout)
            try runs.recording("a.wav")
            try runs.recording("z.wav")
            let list = try runs.folder.text(
                "list.csv", "path,id\na.wav,a\na.wav,\(id)\nz.wav,z\n")
            let run = try EchoGPUProcess(
                ["extract", "--model", runs.place.model, "--device", "cpu", "--layout"]
                    + ["\(layout)", "--output", runs.folder["out"], "--level", "both"] + options
                    + ["--manifest", list])
            #expect(run.status == (layout == .files ? 3 : 0), "\(run.standardError)")
            let isEach = options.contains("each")
            for id in ["a", "z"] { #expect(try runs.value(id) != nil) }
            #expect(try runs.entries().count == 3)
            guard layout == .files else { continue }
            #expect(try runs.errors().map(\.id) == [id])
            #expect(try runs.errors().map(\.code) == ["name-too-long"])
            let arrays = try runs.folder.arrays(in: "out")
            #expect(arrays.count == 4 && arrays.allSatisfy { $0.contains(".ch0") == isEach })
        }
    }

    /// Files of other programs that lie where one recording's go: it fails, and says which; the others do not.
    @Test func whatIsInTheWayOfOneRecordingStopsNoOther() throws {
        let runs = try EitherLayout(.files)
        for name in ["in/a/x.wav", "in/b/y.wav", "in/z.wav"] { try runs.recording(name) }
        try runs.folder.text("out/a", "not a folder")
        _ = try runs.folder.file("out/b/y.wav.utterance.npy/not a file")
        let run = try runs.extract(runs.folder["in"])
        #expect(run.status == 3, "\(run.standardError)")
        let errors = try runs.errors()
        #expect(errors.map(\.id).sorted() == ["a/x.wav", "b/y.wav"])
        #expect(errors.allSatisfy { $0.code == "in-the-way" })
        #expect(errors.contains { $0.reason.contains(runs.folder["out/a"] + " is a file") })
        #expect(try runs.value("z.wav") != nil && runs.value("b/y.wav") == nil)
        try FileManager.default.removeItem(atPath: runs.folder["out/a"])
        #expect(try runs.extract("--retry-failed", runs.folder["in"]).status == 3)
        #expect(try runs.value("a/x.wav") != nil && runs.errors().map(\.id) == ["b/y.wav"])
    }

    private static func list(_ runs: EitherLayout, _ rows: String) throws -> String {
        try runs.folder.text("list.csv", "path,id,channel\n" + rows)
    }

    @Test func aChannelIsNotWrittenOverARecording() throws {
        let runs = try EitherLayout(.files)
        try runs.recording("a.wav")
        let rows = ["a.wav,x,each\n", "a.wav,x.ch0,mean\n"]
        let both = try runs.extract("--manifest", try Self.list(runs, rows.joined()))
        #expect(both.status == 64 && both.standardError.contains("x.ch0"))
        #expect(!FileManager.default.fileExists(atPath: runs.folder["out"]))
        // One after the other, either way round.
        for order in [rows, rows.reversed()] {
            let runs = try EitherLayout(.files)
            try runs.recording("a.wav")
            #expect(try runs.extract("--manifest", try Self.list(runs, order[0])).status == 0)
            let before = try NPYFile.read(runs.folder["out/x.ch0.utterance.npy"]).floats
            let second = try runs.extract("--manifest", try Self.list(runs, order[1]))
            #expect(second.status == 3 && second.standardError.contains("x.ch0"))
            #expect(try NPYFile.read(runs.folder["out/x.ch0.utterance.npy"]).floats == before)
        }
    }

    @Test func inTablesTheyDoNotMeet() throws {
        let runs = try EitherLayout(.parts)
        try runs.recording("a.wav")
        let list = try Self.list(runs, "a.wav,x,each\na.wav,x.ch0,mean\n")
        #expect(try runs.extract("--manifest", list).status == 0)
        #expect(try runs.entries().count == 2)
    }
}
