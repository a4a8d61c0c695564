import EchoStore
import EchoTensor
import EchoTestSupport
import Foundation
import Testing

/// Names that Swift's strings confuse and file systems do not, on their way to the disk.
@Suite(.timeLimit(.minutes(5))) struct NameBytesTests {
    /// A combining mark joins the slash before it in Swift's strings, and two forms of a letter are equal.
    @Test func namesAreBytes() throws {
        let scratch = try ScratchFolder()
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        try NameCollisions.refuse(
            ["\(composed).utterance.npy/x", decomposed], folder: "out", isSplit: { _ in true })
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
