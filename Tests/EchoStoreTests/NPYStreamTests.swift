import EchoStore
import EchoTensor
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct NPYStreamTests {
    @Test func piecesMakeTheWholeFile() throws {
        let scratch = try ScratchFolder()
        let values = (0..<1000).map { Float($0) }
        let whole = try scratch.file("whole.npy")
        try NPYFile.write(values, shape: [10, 100], to: whole)
        let path = try scratch.file("pieces.npy")
        let stream = try NPYStream(path: path, shape: [10, 100])
        var start = 0
        for count in [0, 1, 99, 100, 300, 500] {
            try stream.append(Array(values[start..<start + count]))
            start += count
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        try stream.commit()
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: path))
                == Data(contentsOf: URL(fileURLWithPath: whole)))
        #expect(try scratch.contents() == ["pieces.npy", "whole.npy"])
    }

    @Test func theTemporaryFileLiesBesideItsPlace() throws {
        let scratch = try ScratchFolder()
        let stream = try NPYStream(path: scratch.path + "/d/e/a.npy", shape: [4])
        let names = try scratch.contents()
        #expect(names.count == 3)
        #expect(names.contains { $0.hasPrefix("d/e/.echo-gpu-\(getpid())-") })
        stream.abandon()
        #expect(try scratch.contents() == ["d", "d/e"])
    }

    @Test func aStreamThatGoesAwayLeavesNothing() throws {
        let scratch = try ScratchFolder()
        do {
            let stream = try NPYStream(path: scratch.path + "/a.npy", shape: [4])
            try stream.append([1, 2])
            #expect(try scratch.contents().count == 1)
        }
        #expect(try scratch.contents().isEmpty)
    }

    @Test func tooFewAndTooManyValuesAreRefused() throws {
        let scratch = try ScratchFolder()
        let path = scratch.path + "/a.npy"
        let few = try NPYStream(path: path, shape: [4])
        try few.append([1, 2, 3])
        #expect(throws: StoreError(path: path, .wrongCount(promised: 4, written: 3))) {
            try few.commit()
        }
        let many = try NPYStream(path: path, shape: [4])
        try many.append([1, 2, 3])
        #expect(throws: StoreError(path: path, .wrongCount(promised: 4, written: 5))) {
            try many.append([4, 5])
        }
        many.abandon()
        #expect(try scratch.contents().isEmpty)
    }

    @Test func anOlderFileIsReplacedOnlyByCommit() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        try NPYFile.write([1], shape: [1], to: path)
        let stream = try NPYStream(path: path, shape: [1])
        try stream.append([2])
        #expect(try NPYFile.read(path).floats == [1])
        try stream.commit()
        #expect(try NPYFile.read(path).floats == [2])
    }

    @Test func twoWritersOfOneFileDoNotMix() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        let first = try NPYStream(path: path, shape: [2])
        let second = try NPYStream(path: path, shape: [3])
        try first.append([1, 1])
        try second.append([2, 2, 2])
        try first.commit()
        try second.commit()
        #expect(try NPYFile.read(path).floats == [2, 2, 2])
    }

    /// 255 bytes is the file system's limit, and the temporary file needs a longer name.
    @Test func theLongestNameThatTheFileSystemTakesWorks() throws {
        let scratch = try ScratchFolder()
        let name = String(repeating: "ü", count: 125) + "x.npy"
        #expect(name.utf8.count == 255)
        try NPYFile.write([1], shape: [1], to: try scratch.file(name))
        #expect(try scratch.contents() == [name])
    }
}
