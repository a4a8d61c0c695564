import EchoStore
import EchoTensor
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct EmbeddingFilesTests {
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
            try NameCollisions.refuse([below, file], folder: "out") { _ in false }
        }
        #expect(error?.cause == .folderAndFile(first: file, second: below))
    }

    @Test func otherNamesDoNotCollide() throws {
        try NameCollisions.refuse(
            [
                "x", "x.ch0", "x.ch0.ch0", "x/y", "x.utterance", "x.utterance.npy", "y.npy/x",
                "x.ch.utterance.npy/y", "ch1", "1.utterance.npy/z", ".ch1.segment.npy/x",
            ], folder: "out"
        ) { _ in false }
    }

    /// The channels of `x` are `x.ch0`, `x.ch1`, ..., however many there are.
    @Test(arguments: [
        ("x", "x.ch0"), ("d/x.wav", "d/x.wav.ch17"), ("x.ch1", "x.ch1.ch2"),
        ("\u{301}x", "\u{301}x.ch0"),
    ])
    func aRecordingCalledLikeAChannelIsACollision(split: String, other: String) throws {
        for names in [[split, other], [other, split]] {
            let error = #expect(throws: StoreError.self) {
                try NameCollisions.refuse(names, folder: "out") { names[$0] == split }
            }
            #expect(error?.cause == .channelAndName(recording: split, other: other))
            #expect(error?.description.contains(other) == true)
        }
        try NameCollisions.refuse([split, other], folder: "out") { _ in false }
    }

    @Test func onlyNamesOfChannelsCollideWithThem() throws {
        try NameCollisions.refuse(
            ["x", "x.ch", "x.ch01", "x.ch1a", "xch1", "y.ch0", ".ch0"], folder: "out"
        ) { $0 == 0 }
    }

    @Test(arguments: [
        "run.json/x.wav", "errors.jsonl/x", "errors-1of2.jsonl/x", "manifest-000000.jsonl/a/b",
        ".lock/x", ".lock-1of2/x", "run-0123456789ab.json/x",
    ])
    func foldersCalledLikeFilesOfOursAreRefused(name: String) throws {
        let error = #expect(throws: StoreError.self) {
            try EmbeddingFiles(folder: "out", name: name)
        }
        #expect(error?.code == "reserved-name" && error?.isOfName == true)
        _ = try EmbeddingFiles(folder: "out", name: "a/" + name)
    }

    @Test func namesThatAreTooLongAreSeenBeforeAnythingIsWritten() throws {
        let folder = try ScratchFolder()
        // With .ch12 and .utterance.npy they are 255 and 256 bytes.
        for (count, fits) in [(236, true), (237, false)] {
            let name = String(repeating: "m", count: count)
            let files = try EmbeddingFiles(folder: folder.path, name: name)
            let result = Result { () throws(StoreError) in
                try files.requireShortNames([.segment, .utterance], channels: [0, 12, 3])
            }
            #expect(((try? result.get()) != nil) == fits)
        }
        let deep = String(repeating: "d/", count: 2100) + "x"
        #expect(throws: StoreError.self) {
            try EmbeddingFiles(folder: folder.path, name: deep)
                .requireShortNames([.utterance], channels: [nil])
        }
        let file = try NPYStream(path: folder[String(repeating: "m", count: 255)], shape: [0])
        try file.commit()
    }

    /// A combining mark joins the slash before it in Swift's strings, and two forms of a letter are equal.
    @Test func namesAreBytes() throws {
        let scratch = try ScratchFolder()
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        try NameCollisions.refuse(
            ["\(composed).utterance.npy/x", decomposed], folder: "out"
        ) { _ in false }
        let names = ["in/\u{301}m", "\u{301}n", composed, decomposed]
        for name in names {
            let files = try EmbeddingFiles(folder: scratch.path + "/out", name: name)
            try files.requireFreePlaces([.utterance], channels: [nil])
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
