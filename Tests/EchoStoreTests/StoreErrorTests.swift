import EchoStore

import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct StoreErrorTests {
    private static func error(writing path: String) -> StoreError? {
        do throws(StoreError) {
            try NPYFile.write([1], shape: [1], to: path)
            return nil
        } catch {
            return error
        }
    }

    @Test func aFullDiskIsCalledOne() throws {
        let full = open("/dev/full", O_WRONLY)
        try #require(full >= 0)
        defer { close(full) }
        let error = #expect(throws: StoreError.self) {
            try [UInt8](repeating: 0, count: 64).withUnsafeBytes {
                try AtomicFile.write($0, to: full, path: "out/a.npy")
            }
        }
        #expect(error?.code == "disk-full")
        #expect(
            error?.description
                == "out/a.npy: cannot write: the disk is full. Make room, or choose another "
                + "output folder.")
    }

    @Test func aFileWhereAFolderIsNeededIsNamed() throws {
        let scratch = try ScratchFolder()
        let file = try scratch.file("file")
        try Data().write(to: URL(fileURLWithPath: file))
        let error = try #require(Self.error(writing: file + "/a.npy"))
        #expect(error == StoreError(path: file, .system(.createFolder, EEXIST)))
    }

    @Test func aFolderWhereTheFileGoesIsNamedAndNothingStays() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy/inside")
        try Data().write(to: URL(fileURLWithPath: path))
        let error = try #require(Self.error(writing: scratch.path + "/a.npy"))
        #expect(error == StoreError(path: scratch.path + "/a.npy", .system(.rename, EISDIR)))
        #expect(try scratch.contents() == ["a.npy", "a.npy/inside"])
    }

    @Test func aNameThatIsTooLongIsTheSystemsError() throws {
        let scratch = try ScratchFolder()
        let path = scratch.path + "/" + String(repeating: "x", count: 256)
        #expect(Self.error(writing: path)?.cause == .system(.rename, ENAMETOOLONG))
        #expect(try scratch.contents().isEmpty)
    }

    @Test func missingFilesCannotBeRead() throws {
        let scratch = try ScratchFolder()
        let path = scratch.path + "/none.npy"
        #expect(throws: StoreError(path: path, .system(.open, ENOENT))) {
            try NPYFile.read(path)
        }
        #expect(throws: StoreError(path: scratch.path, .malformed("it is not a regular file"))) {
            try NPYFile.read(scratch.path)
        }
    }
}
