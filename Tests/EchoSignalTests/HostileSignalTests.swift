import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Files of random bytes, and real ones with some of theirs changed: each is read or has its reason,
/// and none crashes or takes for ever.
@Suite(.timeLimit(.minutes(20))) struct HostileSignalTests {
    private static let options = ReadingOptions(
        sampleRate: Ramp.rate, csv: CSVOptions(columns: ["0"]), raw: RawFormat("s24le:1000:3"))

    /// A sequence of numbers, the same on every machine.
    private struct Numbers {
        var state: UInt64

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }

    @Test(
        .timeLimit(.minutes(20)),
        arguments: ["npy", "npz", "csv", "txt", "mat", "tdms", "raw", "wav", "tar"])
    func randomBytesHaveAReason(ending: String) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a." + ending)
        for seed in 0..<50 {
            var numbers = Numbers(state: UInt64(seed))
            let bytes = (0..<numbers.next(5000)).map { _ in UInt8(numbers.next(256)) }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            if ending == "tar" {
                #expect(throws: InputError.self) { try InputDiscovery(arguments: [path]) }
            } else {
                let error = Ramp.error(path, Self.options)
                // Whole frames of any bytes are raw samples.
                #expect(error != nil || ending == "raw")
            }
        }
    }

    @Test(
        arguments: [
            "f4le.npy", "planar.npy", "cwru.mat", "cwru-compressed.mat", "none.mat", "v73.mat",
            "matrix.mat", "savetxt.csv",
        ])
    func changedBytesDoNoHarm(name: String) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file(name)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture(name))))
        for seed in 0..<300 {
            var numbers = Numbers(state: UInt64(seed))
            var changed = bytes
            for _ in 0...numbers.next(6) {
                // Most of them where headers are.
                let bound = numbers.next(4) > 0 ? min(400, bytes.count) : bytes.count
                changed[numbers.next(bound)] = UInt8(numbers.next(256))
            }
            try Data(changed).write(to: URL(fileURLWithPath: path))
            _ = Ramp.error(path, Self.options)
        }
    }

    /// A struct that claims 2^31 elements: a reader that believes it visits them all.
    @Test(.timeLimit(.minutes(20)))
    func aStructThatClaimsMillionsOfElementsIsNotVisited() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.mat")
        var data = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("none.mat")))
        data.replaceSubrange(223..<224, with: [0x7F])
        try data.write(to: URL(fileURLWithPath: path))
        let error = try #require(Ramp.error(path))
        #expect(error.code == "variable")
        #expect(error.reason.contains(/"s" 1x\d+ struct/), "\(error)")
    }
}
