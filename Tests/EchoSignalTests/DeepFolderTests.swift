import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Folders within folders, as deep as paths can be long and deeper.
@Suite(.timeLimit(.minutes(20))) struct DeepFolderTests {
    /// `depth` folders called `d` within each other, made one from another: their path may be too long.
    private static func nest(in folder: String, depth: Int) throws {
        var descriptor = open(folder, O_RDONLY | O_DIRECTORY)
        for _ in 0..<depth {
            mkdirat(descriptor, "d", 0o777)
            let next = openat(descriptor, "d", O_RDONLY | O_DIRECTORY)
            close(descriptor)
            descriptor = next
        }
        try #require(descriptor >= 0)
        close(openat(descriptor, "deep.wav", O_CREAT | O_WRONLY, 0o666))
        close(descriptor)
    }

    /// Removes them from the inside: `removeItem` recurses.
    private static func remove(_ folder: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/rm")
        process.arguments = ["-rf", folder]
        try? process.run()
        process.waitUntilExit()
    }

    /// Runs `work` on a thread with a stack of 64 KiB, a fraction of what recursion this deep would take.
    private static func onASmallStack<Result: Sendable>(
        _ work: @escaping @Sendable () -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: work()) }
            thread.stackSize = 64 << 10
            thread.start()
        }
    }

    @Test(arguments: ["", "/**/*.wav"])
    func foldersMayLieDeep(pattern: String) async throws {
        let scratch = try ScratchFolder()
        defer { Self.remove(scratch.path + "/in") }
        try scratch.text("in/z.wav", "")
        try Self.nest(in: scratch.path + "/in", depth: 1500)
        let argument = scratch.path + "/in" + pattern
        let count = await Self.onASmallStack {
            try? InputDiscovery(arguments: [argument]).inputs.count
        }
        #expect(count == 2)
    }

    /// The system opens no path beyond 4096 bytes: that is said, and the rest is found.
    @Test(arguments: ["", "/**/*.wav"])
    func foldersThatLieTooDeepAreAProblem(pattern: String) async throws {
        let scratch = try ScratchFolder()
        defer { Self.remove(scratch.path + "/in") }
        try scratch.text("in/z.wav", "")
        try Self.nest(in: scratch.path + "/in", depth: 10_000)
        let argument = scratch.path + "/in" + pattern
        let (count, codes) = await Self.onASmallStack {
            let found = try? InputDiscovery(arguments: [argument])
            return (found?.inputs.count, found?.problems.map(\.code))
        }
        #expect(count == 1)
        #expect(codes == ["unreadable-folder"])
    }
}
