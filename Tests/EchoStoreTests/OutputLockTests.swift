import EchoStore
import EchoTestSupport
import Foundation
import Testing

/// The folder's locks beside others that are held: an open file description's, so this process's too.
@Suite(.timeLimit(.minutes(20))) struct OutputLockTests {
    private let folder: ScratchFolder
    private let shard: Shard

    init() throws {
        folder = try ScratchFolder()
        shard = try #require(Shard("1/2"))
    }

    /// Holds the lock of the other shard with this text while `body` runs.
    private func besides(_ text: String, _ body: () throws -> Void) throws {
        let descriptor = open(try folder.file(".lock-0of2"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var request = flock()
        request.l_type = Int16(F_WRLCK)
        // F_OFD_SETLK of Linux, which Swift's Glibc does not show.
        try #require(fcntl(descriptor, 37, &request) == 0)
        try #require(write(descriptor, text, text.utf8.count) == text.utf8.count)
        try body()
    }

    /// Shards that start at the same moment do not see one another's inputs yet.
    @Test(arguments: ["", "{\"host\": \"a"])
    func anOwnerThatHasNotWrittenYetIsAFellow(text: String) throws {
        try besides(text) {
            let lock = try OutputLock.take(folder: folder.path, shard: shard, plan: "ours")
            #expect(try !lock.isAlone(in: folder.path))
        }
    }

    @Test func anOwnerWithOtherInputsIsNot() throws {
        let owner = """
            {"host":"a","process":1,"since":"then","shard":"0/2","plan":"theirs"}
            """
        try besides(owner) {
            let error = #expect(throws: StoreError.self) {
                try OutputLock.take(folder: folder.path, shard: shard, plan: "ours")
            }
            #expect(error.map { "\($0)" }?.contains("process 1 on a") == true)
            _ = try OutputLock.take(folder: folder.path, shard: shard, plan: "theirs")
        }
    }

    @Test func anOwnerOfAnotherNumberOfShardsIsNot() throws {
        let other = try #require(Shard("1/3"))
        try besides("") {
            let error = #expect(throws: StoreError.self) {
                try OutputLock.take(folder: folder.path, shard: other, plan: "ours")
            }
            #expect(error.map { "\($0)" }?.contains("2") == true)
        }
    }
}
