import EchoTestSupport
import Foundation
import Testing

/// A limit of the process's addresses, as batch systems set: `ulimit -v`.
@Suite(.serialized, .timeLimit(.minutes(20))) struct MemoryLimitTests {
    /// Whatever it is that there is no memory for: an error that says so, or all is well; never a crash.
    @Test(arguments: [200_000, 300_000, 450_000, 700_000, 1_000_000], [1, 256])
    func aRunWithoutMemoryEndsWithAReason(kibibytes: Int, batch: Int) throws {
        let place = try Workplace()
        let signal = ExtractFixtures.signal(seed: 1, sampleCount: 1_600_000, sampleRate: 16_000)
        try place.folder.wav("in/a.wav", signal, sampleRate: 16_000)
        try place.folder.openToAll("home")
        let arguments = [
            "extract", "--model", "demo", "--device", "cpu", "--batch", "\(batch)", "--output",
            place.folder["home/out"], place.folder["in"],
        ]
        let environment = ["HOME": place.folder["home"]]
        let user = LimitedEchoGPU.anotherUser()
        let run = try LimitedEchoGPU(
            arguments, limits: "ulimit -v \(kibibytes)", environment: environment, user: user)
        let text = run.standardError
        #expect(!run.isSignal && [0, 71].contains(run.status), "\(text)")
        if kibibytes == 200_000 { #expect(run.status == 71, "\(text)") }
        guard run.status == 71 else { return }
        #expect(text.contains("no memory is left for") && text.contains("ulimit -v"), "\(text)")
        // Nothing is held, and nothing counts as failed.
        let again = try LimitedEchoGPU(arguments, environment: environment, user: user)
        #expect(again.status == 0, "\(again.standardError)")
    }
}
