import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// Arrays whose lengths lie: every word of small files, set to what lengths must not be. Each is read or
/// has its reason, soon, and takes no memory that the file does not account for.
@Suite(.timeLimit(.minutes(20))) struct HostileArrayTests {
    private static let lies: [UInt32] = [
        0, 1, 7, 255, 65_535, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    ]

    /// Where its numbers begin, nothing but numbers can lie.
    @Test(arguments: [
        ("nested.mat", 128, "Y(2).Data"), ("nested.mat", 128, nil), ("v4.mat", 0, nil),
        ("v73-struct.mat", 512, "bearing.gs"), ("v73-struct.mat", 512, "Y(2).Data"),
        ("classes.mat", 128, "f32"), ("stored.npz", 0, nil), ("deflated.npz", 0, nil),
        ("segments.tdms", 0, nil), ("interleaved-be.tdms", 0, nil), ("f2le.npy", 0, nil),
    ])
    func wordsThatLieDoNoHarm(name: String, start: Int, key: String?) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file(name)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture(name))))
        let options = ReadingOptions(sampleRate: Ramp.rate, matKey: key)
        // Of the many words that are numbers, some.
        let words = Array(stride(from: start, to: bytes.count - 4, by: 4))
        let step = max(1, words.count / 250)
        for (number, place) in words.enumerated() where number < 250 || number % step == 0 {
            let lie = Self.lies[number % Self.lies.count]
            var changed = bytes
            withUnsafeBytes(of: lie.littleEndian) {
                changed.replaceSubrange(place..<place + 4, with: $0)
            }
            try Data(changed).write(to: URL(fileURLWithPath: path))
            _ = Ramp.error(path, options)
        }
        #expect(Self.peakBytes < Self.peakLimit)
    }

    /// A name of nearly 4 GB in a file of 3 kB took 4.3 GB.
    @Test(arguments: ["only.mat", "nested.mat"])
    func aNameThatClaimsGigabytesTakesNone(name: String) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file(name)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture(name))))
        for place in [168, 172, 176, 180, 184] {
            var changed = bytes
            changed.replaceSubrange(place..<place + 4, with: [0xF0, 0xFF, 0xFF, 0xFF])
            try Data(changed).write(to: URL(fileURLWithPath: path))
            _ = Ramp.error(path)
        }
        #expect(Self.peakBytes < Self.peakLimit)
    }

    /// A compressed variable whose sum is wrong holds other samples.
    @Test func theSumOfACompressedVariableIsChecked() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.mat")
        var data = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("cwru-compressed.mat")))
        let length = Int(data[132]) | Int(data[133]) << 8
        data[136 + length - 1] ^= 1
        try data.write(to: URL(fileURLWithPath: path))
        let error = try #require(Ramp.error(path))
        #expect(error.code == "malformed")
        #expect(error.reason.contains("incorrect data check"), "\(error)")
    }

    /// A lie that is believed takes 4.3 GB; all other tests, which share the process, took 2.2 GB together.
    private static let peakLimit = 3 << 30

    /// What the process has had of memory at most.
    private static var peakBytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
