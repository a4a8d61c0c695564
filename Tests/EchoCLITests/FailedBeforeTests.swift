import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// What became of a failure in the next run, in both layouts.
@Suite(.timeLimit(.minutes(20))) struct FailedBeforeTests {
    private static let layouts = FolderLayout.allCases

    private static func list(_ runs: EitherLayout) throws -> String {
        try runs.folder.text("list.csv", "path\na.wav\nlate.wav\n")
    }

    @Test(arguments: layouts)
    func aFileThatWasAwayIsTriedAgainByItself(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let list = try Self.list(runs)
        try runs.recording("a.wav")
        let first = try runs.extract("--manifest", list)
        #expect(first.status == 3)
        #expect(first.standardOutput.contains(runs.folder["out/errors.jsonl"]))
        #expect(try runs.errors().map(\.code) == ["missing"])
        // As long as it is away, it fails in every run, and leaves one line.
        #expect(try runs.extract("--manifest", list).status == 3)
        #expect(try runs.entries().count == 2 && runs.errors().count == 1)
        try runs.recording("late.wav")
        let last = try runs.extract("--manifest", list)
        #expect(last.status == 0, "\(last.standardError)")
        #expect(try runs.value("late.wav") != nil && runs.errors().isEmpty)
        #expect(!last.standardOutput.contains("errors.jsonl"))
    }

    /// A mount that is away takes nothing out of the folder.
    @Test(arguments: layouts)
    func anEmbeddingStaysWhileItsFileIsAway(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let list = try Self.list(runs)
        try runs.recording("a.wav")
        try runs.recording("late.wav")
        #expect(try runs.extract("--manifest", list).status == 0)
        let before = try runs.value("late.wav")
        try FileManager.default.removeItem(atPath: runs.folder["late.wav"])
        #expect(try runs.extract("--manifest", list).status == 3)
        #expect(try runs.errors().map(\.id) == ["late.wav"])
        #expect(try runs.value("late.wav") == before && before != nil)
        #expect(try EchoGPUProcess(["inspect", runs.folder["out"]]).status == 0)
        try runs.recording("late.wav")
        #expect(try runs.extract("--manifest", list).status == 0)
        #expect(try runs.errors().isEmpty && runs.entries().allSatisfy { $0.attempt == 1 })
    }

    /// A member that a damaged archive does not give up fails once, until the archive has it; what is embedded
    /// of it stays.
    @Test(arguments: layouts)
    func aMemberOfADamagedArchiveIsTriedWhenItIsThere(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        for name in ["in/a.wav", "in/b.wav"] { try runs.recording(name) }
        let archive = runs.folder["x.tar"]
        let tar = try EchoGPUProcess(
            ["-cf", archive, "-C", runs.folder["in"], "a.wav", "b.wav"],
            program: URL(fileURLWithPath: "/usr/bin/tar"))
        #expect(tar.status == 0, "\(tar.standardError)")
        let whole = try Data(contentsOf: URL(fileURLWithPath: archive))
        // Ends within b.wav.
        let damaged = whole.prefix(20_000)
        func write(_ bytes: Data) throws { try bytes.write(to: URL(fileURLWithPath: archive)) }
        let list = try runs.folder.text("list.csv", "path\nx.tar/a.wav\nx.tar/b.wav\n")

        try write(damaged)
        let first = try runs.extract("--manifest", list)
        #expect(first.status == 3 && first.standardError.contains("x.tar/b.wav"))
        #expect(try runs.errors().map(\.id) == ["x.tar/b.wav"])
        #expect(try runs.errors().map(\.code) == ["archive"])
        #expect(try runs.extract("--manifest", list).status == 0, "it is left alone")
        try write(whole)
        #expect(try runs.extract("--manifest", list).status == 0)
        let value = try runs.value("x.tar/b.wav")
        #expect(try value != nil && runs.errors().isEmpty)
        let lineCount = try runs.entries().count { $0.source.id == "x.tar/b.wav" }

        try write(damaged)
        #expect(try runs.extract("--manifest", list).status == 3)
        #expect(try runs.value("x.tar/b.wav") == value)
        #expect(try runs.entries().count { $0.source.id == "x.tar/b.wav" } == lineCount)
    }

    @Test(arguments: layouts)
    func anOlderFailureIsReportedAndNotRepeatedInTheStatus(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        try runs.recording("in/a.wav")
        try runs.folder.text("in/b.wav", "no recording")
        #expect(try runs.extract(runs.folder["in"]).status == 3)
        let second = try runs.extract(runs.folder["in"])
        #expect(second.status == 0, "nothing failed in this run")
        #expect(second.standardOutput.contains("1 recording failed in an earlier run"))
        #expect(second.standardOutput.contains(runs.folder["out/errors.jsonl"]))
        #expect(try runs.errors().map(\.id) == ["b.wav"])
        #expect(try runs.extract("--retry-failed", runs.folder["in"]).status == 3)
        #expect(try runs.entries().last?.attempt == 2)
        // One that changed needs no asking.
        try runs.recording("in/b.wav")
        #expect(try runs.extract(runs.folder["in"]).status == 0)
        #expect(try runs.errors().isEmpty)
    }

    @Test func aRepairedRecordingHasAnotherPath() throws {
        let runs = try EitherLayout(.files)
        let broken = try runs.folder.text("old/a.wav", "no recording")
        #expect(try runs.extract(broken).status == 3)
        #expect(
            try runs.extract(try runs.recording("new/a.wav")).status == 0, "nothing is replaced")
        #expect(try runs.errors().isEmpty)
    }

    /// A vector of what a recording was is none of what it is.
    @Test(arguments: layouts)
    func aRecordingThatBrokeHasNoEmbeddingAnyMore(layout: FolderLayout) throws {
        let runs = try EitherLayout(layout)
        let list = try runs.folder.text("list.csv", "path,id,channel\na.wav,x,each\na.wav,y,mean\n")
        try runs.recording("a.wav")
        #expect(try runs.extract("--manifest", list).status == 0)
        try runs.folder.text("a.wav", "no recording")
        #expect(try runs.extract("--manifest", list).status == 3)
        #expect(try runs.value("x") == nil && runs.value("y") == nil)
        if layout == .files { #expect(try runs.folder.arrays(in: "out") == []) }
        #expect(try EchoGPUProcess(["inspect", runs.folder["out"]]).status == 0)
    }
}
