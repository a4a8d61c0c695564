import EchoStore
import EchoTensor
import EchoTestSupport
import Foundation
import Testing

@Suite struct EmbeddingFilesTests {
    @Test func namesAreTheRecordingsOwnAndTheLevel() throws {
        let files = try EmbeddingFiles(folder: "out", name: "a/b.flac")
        #expect(files.path(.utterance) == "out/a/b.flac.utterance.npy")
        #expect(files.path(.segment) == "out/a/b.flac.segment.npy")
        #expect(files.path(.utterance, channel: 0) == "out/a/b.flac.ch0.utterance.npy")
        #expect(files.path(.segment, channel: 11) == "out/a/b.flac.ch11.segment.npy")
    }

    @Test(arguments: [("out/", "out/x.wav"), ("/", "/x.wav"), ("", "./x.wav"), (".", "./x.wav")])
    func theFolderMayBeWrittenAnyWay(folder: String, start: String) throws {
        let files = try EmbeddingFiles(folder: folder, name: "x.wav")
        #expect(files.path(.utterance) == start + ".utterance.npy")
    }

    @Test(arguments: [
        "", "..", ".", "../x.wav", "a/../../x.wav", "/x.wav", "a//b", "a/", "x\0.wav",
    ])
    func namesThatLeaveTheFolderAreRefused(name: String) {
        #expect(throws: StoreError(path: "out", .outsideFolder(name: name))) {
            try EmbeddingFiles(folder: "out", name: name)
        }
    }

    @Test(arguments: ["..wav", "a..b/c.wav", "...", ".x/y.wav"])
    func dotsInsideANameAreHarmless(name: String) throws {
        #expect(
            try EmbeddingFiles(folder: "out", name: name).path(.utterance)
                == "out/\(name).utterance.npy")
    }

    @Test(arguments: [
        ("a.wav", "a.wav.utterance.npy/b.wav"), ("a.wav", "a.wav.segment.npy/c/b.wav"),
        ("a.wav", "a.wav.ch3.segment.npy/b.wav"), ("d/a.wav", "d/a.wav.ch12.utterance.npy/b.wav"),
        ("a.ch1", "a.ch1.utterance.npy/b.wav"),
    ])
    func aFolderCalledLikeAnOutputIsACollision(file: String, below: String) {
        let error = #expect(throws: StoreError.self) {
            try EmbeddingFiles.requireNoCollision([below, file], folder: "out")
        }
        #expect(error?.cause == .folderAndFile(first: file, second: below))
    }

    @Test func otherNamesDoNotCollide() throws {
        try EmbeddingFiles.requireNoCollision(
            [
                "x", "x.ch0", "x.ch0.ch0", "x/y", "x.utterance", "x.utterance.npy", "y.npy/x",
                "x.ch.utterance.npy/y", "ch1", "1.utterance.npy/z", ".ch1.segment.npy/x",
            ], folder: "out")
    }

    /// A combining mark joins the slash before it in Swift's strings, and two forms of a letter are equal.
    @Test func namesAreBytes() throws {
        let scratch = try ScratchFolder()
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        try EmbeddingFiles.requireNoCollision(
            ["\(composed).utterance.npy/x", decomposed], folder: "out")
        let names = ["in/\u{301}m", "\u{301}n", composed, decomposed]
        for name in names {
            let files = try EmbeddingFiles(folder: scratch.path + "/out", name: name)
            try files.requireNoLinks()
            try NPYFile.write([1], shape: [1], to: files.path(.utterance))
        }
        let written = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/out")
        #expect(written.count == 4)
        #expect(FileManager.default.fileExists(atPath: scratch.path + "/out/in"))
        #expect(throws: StoreError.self) { try EmbeddingFiles(folder: "out", name: "/\u{301}m") }
    }

    @Test func failuresOfBothFormsOfALetterAreTwo() throws {
        let scratch = try ScratchFolder()
        var list = FailureList(folder: scratch.path, shard: .whole)
        for id in ["\u{E9}", "e\u{301}"] {
            list.append(.init(id: id, path: id, code: "x", reason: "y"))
        }
        try list.write()
        #expect(try FailureList.read(folder: scratch.path, shard: .whole).count == 2)
        list.remove("\u{E9}")
        try list.write()
        let left = try FailureList.read(folder: scratch.path, shard: .whole)
        #expect(left.map { Array($0.id.utf8) } == [Array("e\u{301}".utf8)])
    }

    /// As deep as a path can be, on a stack that recursion would fill.
    @Test func foldersAreMadeWithoutRecursion() async throws {
        let scratch = try ScratchFolder()
        let path = scratch.path + "/" + String(repeating: "d/", count: 1500) + "x.npy"
        let isWritten = await withCheckedContinuation { continuation in
            let thread = Thread {
                continuation.resume(
                    returning: (try? NPYFile.write([1], shape: [1], to: path)) != nil)
            }
            thread.stackSize = 64 << 10
            thread.start()
        }
        #expect(isWritten)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/rm")
        process.arguments = ["-rf", scratch.path]
        try process.run()
        process.waitUntilExit()
    }

    /// The system makes nothing in /proc, and says each time that there is no such folder.
    @Test func aFolderThatCannotBeMadeIsAnError() {
        #expect(throws: StoreError.self) {
            try NPYFile.write([1], shape: [1], to: "/proc/none/x/y.npy")
        }
    }
}
