import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// More files at once than a process may have open.
@Suite(.timeLimit(.minutes(20))) struct OpenFilePoolTests {
    /// Files of this folder that this process has open.
    private static func openCount(_ folder: ScratchFolder) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { number in
            let path = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/fd/" + number)
            return path?.hasPrefix(folder.path) == true
        }
    }

    @Test func streamsGiveTheirDescriptorsBackAndGoOn() throws {
        let folder = try ScratchFolder()
        let pool = OpenFilePool(limit: 3)
        let streams = try (0..<20).map {
            try NPYStream(path: folder["\($0).npy"], shape: [4], pool: pool)
        }
        for value in 0..<4 {
            for (number, stream) in streams.enumerated() {
                try stream.append([Float(10 * number + value)])
            }
            #expect(try Self.openCount(folder) <= 3)
        }
        for stream in streams { try stream.commit() }
        for number in 0..<20 {
            let values = (0..<4).map { Float(10 * number + $0) }
            #expect(try NPYFile.read(folder["\(number).npy"]).floats == values)
        }
        #expect(try Self.openCount(folder) == 0)
    }

    @Test func tablesOfManyWidthsAreWrittenWithFewDescriptors() throws {
        let folder = try ScratchFolder()
        let name = PartName(shard: .whole, number: 0)
        let writer = PartWriter(
            name, folder: folder.path, format: .npy, element: .float32, pool: OpenFilePool(limit: 4)
        )
        for row in 0..<2 {
            for width in 1...50 {
                let values = [Float](repeating: Float(100 * row + width), count: width)
                try writer.table(.utterance, width: width).append(values)
            }
            #expect(try Self.openCount(folder) <= 4)
        }
        try writer.table(.utterance, width: 7).truncate(to: 1)
        try writer.commit()
        for width in 1...50 {
            let file = name.table(.utterance, width: width, format: .npy)
            let table = try NPYFile.read(folder[file])
            #expect(table.shape == [width == 7 ? 1 : 2, width])
            #expect(table.floats.last == Float((width == 7 ? 0 : 100) + width))
        }
        let left = try folder.contents().filter { $0.hasPrefix(".") }
        #expect(left.isEmpty, "\(left)")
    }

    @Test func whatIsAbandonedIsGoneWhetherOpenOrNot() throws {
        let folder = try ScratchFolder()
        let pool = OpenFilePool(limit: 2)
        let streams = try (0..<5).map {
            try NPYStream(path: folder["\($0).npy"], shape: [4], pool: pool)
        }
        for stream in streams { stream.abandon() }
        #expect(try folder.contents() == [])
    }

    @Test(arguments: [EMFILE, ENFILE])
    func whereTheyRunOutTheRemedyIsNamed(number: Int32) {
        let error = StoreError(path: "out/a", .system(.create, number))
        #expect(error.description.contains("ulimit -n"))
        #expect(error.code == "descriptors" && error.isOfSystem)
    }
}
