import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Archives of arrays that numpy wrote, stored and deflated.
@Suite(.timeLimit(.minutes(20))) struct NPZSignalTests {
    private static let three = (0..<3).map(Ramp.channel)

    @Test(arguments: ["stored", "deflated"])
    func theOnlySignalIsFoundAndItsRateIsTaken(name: String) throws {
        let path = Ramp.fixture("\(name).npz")
        try Ramp.expect(path, channels: Self.three)
        try Ramp.expect(path, channels: Self.three, ReadingOptions(npzKey: "x", npzRate: "fs"))
        #expect(Ramp.error(path, ReadingOptions())?.code == "no-sample-rate")
    }

    @Test func severalSignalsAreListed() throws {
        let path = Ramp.fixture("two.npz")
        let options = ReadingOptions(sampleRate: Ramp.rate, npzKey: "b")
        try Ramp.expect(path, channels: [Ramp.channel(0).map { -$0 }], options)
        for key in [nil, "c"] {
            let options = ReadingOptions(sampleRate: Ramp.rate, npzKey: key)
            let error = try #require(Ramp.error(path, options))
            #expect(error.code == "variable")
            for part in ["\"a\" [300] \"<f8\"", "\"b\"", "--npz-key"] {
                #expect(error.description.contains(part), "\(error)")
            }
        }
        let none = ReadingOptions(npzKey: "a", npzRate: "b")
        #expect(Ramp.error(path, none)?.code == "stored-rate")
    }

    /// What savez() of no arrays writes.
    @Test func anArchiveOfNothingIsEmpty() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npz")
        let bytes = Array("PK".utf8) + [5, 6] + [UInt8](repeating: 0, count: 18)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(Ramp.error(path)?.code == "empty")
    }

    /// A byte of the samples that changed is found by the zip's sum, in either packing.
    @Test(arguments: ["stored", "deflated"])
    func damageIsFound(name: String) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npz")
        var data = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("\(name).npz")))
        let options = ReadingOptions(sampleRate: Ramp.rate, npzKey: "x")
        // Among the bytes of x, which follow its name.
        let place = try #require(data.range(of: Data("x.npy".utf8))).upperBound + 300
        data[place] ^= 1
        try data.write(to: URL(fileURLWithPath: path))
        let error = try #require(Ramp.error(path, options))
        #expect(error.code == "malformed", "\(error)")
        #expect(!error.description.contains("tar"), "\(error)")
        try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: path))
        #expect(Ramp.error(path, options)?.code == "malformed")
    }
}
