import EchoTestSupport
import Foundation
import Testing

/// A system that gives no more threads: `ulimit -u`, or a container's limit.
@Suite(.serialized, .timeLimit(.minutes(20))) struct ThreadLimitTests {
    private let place: Workplace
    private let recording: String

    init() throws {
        place = try Workplace()
        recording = try place.recording("a.wav")
        try place.folder.openToAll("home")
    }

    private func run(
        _ arguments: [String], threads: Int, user: Int = LimitedEchoGPU.anotherUser()
    ) throws -> LimitedEchoGPU {
        try LimitedEchoGPU(
            arguments, limits: "prlimit --pid $$ --nproc=\(threads)",
            environment: [
                "HOME": place.folder["home"], "XDG_CACHE_HOME": nil, "POCL_CACHE_DIR": nil,
            ], user: user)
    }

    /// Whichever thread it is that there is none for: an error, or all is well; never a wait without an
    /// end, and never a driver that ends the process.
    @Test(arguments: 1...8)
    func aRunWithoutThreadsEndsWithAReason(threads: Int) throws {
        // A driver compiles for each user anew where it gets so far: some limits are enough there.
        for device in threads % 3 == 1 ? ["cpu", "auto"] : ["cpu"] {
            let out = place.folder["home/out-\(device)-\(threads)"]
            let arguments = [
                "extract", "--model", place.model, "--device", device, "--output", out, recording,
            ]
            let user = LimitedEchoGPU.anotherUser()
            let limited = try run(arguments, threads: threads, user: user)
            let text = limited.standardError
            #expect(!limited.isSignal && [0, 71].contains(limited.status), "\(text)")
            if threads == 1 { #expect(limited.status == 71, "\(text)") }
            guard limited.status == 71, device == "cpu" else { continue }
            #expect(
                text.contains("no thread could be made") && text.contains("ulimit -u"), "\(text)")
            // Nothing is held, and nothing counts as done or failed.
            let again = try run(arguments, threads: 10_000, user: user)
            #expect(again.status == 0, "\(again.standardError)")
        }
    }

    @Test(arguments: [["devices"], ["verify", "--device", "0:0"]])
    func driversAreNotAskedForWhatThereIsNot(arguments: [String]) throws {
        let limited = try run(arguments, threads: 1)
        #expect(limited.status == 71 && !limited.isSignal, "\(limited.standardError)")
    }
}
