import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// What numbers and extents of arrays mean: files that numpy, scipy and h5py wrote.
@Suite(.timeLimit(.minutes(20))) struct ArraySignalTests {
    private static let three = (0..<3).map(Ramp.channel)

    private static func options(
        _ scale: ArrayOptions.IntegerScale? = nil, axis: Int? = nil, key: String? = nil
    ) -> ReadingOptions {
        ReadingOptions(
            sampleRate: Ramp.rate, matKey: key,
            arrays: ArrayOptions(timeAxis: axis, integerScale: scale))
    }

    @Test(arguments: ["f2le", "f2be", "u2le", "u2be", "u4le"])
    func moreTypesOfNumpyGiveTheSameSignal(name: String) throws {
        try Ramp.expect(Ramp.fixture("\(name).npy"), channels: Self.three)
    }

    /// Nobody records fractions of 2^63: they are as they are, in `.mat` files too.
    @Test func integersOf64BitsAreCounts() throws {
        let counts = Self.three.map { $0.map { $0 * 64 } }
        try Ramp.expect(Ramp.fixture("i8le.npy"), channels: counts)
        try Ramp.expect(Ramp.fixture("u8be.npy"), channels: counts.map { $0.map { $0 + 32 } })
        try Ramp.expect(
            Ramp.fixture("classes.mat"), channels: [counts[0]], Self.options(key: "i64"))
        try Ramp.expect(
            Ramp.fixture("classes.mat"), channels: [counts[0].map { $0 + 32 }],
            Self.options(key: "u64"))
    }

    @Test(arguments: ["i8", "i16", "i32", "u8", "u16", "u32", "f32"])
    func everyClassOfMATLABGivesTheSameSignal(name: String) throws {
        try Ramp.expect(
            Ramp.fixture("classes.mat"), channels: [Ramp.channel(0)], Self.options(key: name))
    }

    /// 32 bits that use few of them: fractions of 2^31, or counts.
    @Test func smallIntegersOf32BitsAreCountsOrFractionsAndSomebodyMustSay() throws {
        let path = Ramp.fixture("counts.npy")
        let error = try #require(Ramp.error(path, Self.options()))
        #expect(error.code == "integers")
        for part in ["-32 to 31", "--integer-scale", "2^31"] {
            #expect(error.description.contains(part), "\(error)")
        }
        let counts = Self.three.map { $0.map { $0 * 64 } }
        try Ramp.expect(path, channels: counts, Self.options(.counts))
        try Ramp.expect(
            path, channels: counts.map { $0.map { $0 / 0x1p31 } }, Self.options(.full))
    }

    @Test func countsAreTakenWhereTheyAreAskedFor() throws {
        let counts = Self.three.map { $0.map { $0 * 32_768 } }
        try Ramp.expect(Ramp.fixture("i2le.npy"), channels: counts, Self.options(.counts))
        try Ramp.expect(
            Ramp.fixture("int16.mat"), channels: [counts[0]], Self.options(.counts))
        let shares = Self.three.map { $0.map { $0 * 64 / 0x1p63 } }
        try Ramp.expect(Ramp.fixture("i8le.npy"), channels: shares, Self.options(.full))
    }

    @Test(arguments: [
        ("complex", "complex numbers (complex64)"), ("bool", "bool"), ("objects", "pickle"),
        ("text", "text"),
    ])
    func whatIsNoNumberIsNamed(name: String, reason: String) throws {
        let error = try #require(Ramp.error(Ramp.fixture("\(name).npy")))
        #expect(error.code == "elements")
        #expect(error.reason.contains(reason), "\(error)")
    }

    @Test func recordsAreNamed() throws {
        let error = try #require(Ramp.error(Ramp.fixture("records.npy")))
        #expect(error.reason.contains("records, \"[('x', '<f4'), ('y', '<f8')]\""), "\(error)")
    }

    /// [20, 256] is 20 windows of 256 samples rather than 20 channels.
    @Test(arguments: ["windows", "windows-fortran"])
    func windowsAreNoChannels(name: String) throws {
        let path = Ramp.fixture("\(name).npy")
        let error = try #require(Ramp.error(path))
        #expect(error.code == "shape")
        for part in ["20", "256", "--time-axis"] {
            #expect(error.description.contains(part), "\(error)")
        }
        let axis = name == "windows" ? 1 : 0
        let reader = try Ramp.open(path, Self.options(axis: axis))
        #expect(reader.channelCount == 20)
        #expect(reader.sampleCount == 256)
    }

    @Test(arguments: ["column", "row"])
    func anExtentOfOneIsNoChannel(name: String) throws {
        try Ramp.expect(Ramp.fixture("\(name).npy"), channels: [Ramp.channel(0)])
    }

    @Test func theTimeAxisIsTheOneThatWasNamed() throws {
        try Ramp.expect(
            Ramp.fixture("fortran.npy"), channels: Self.three, Self.options(axis: 0))
        try Ramp.expect(Ramp.fixture("planar.npy"), channels: Self.three, Self.options(axis: 1))
        let other = try #require(Ramp.error(Ramp.fixture("planar.npy"), Self.options(axis: 0)))
        #expect(other.code == "too-short")
        let none = try #require(Ramp.error(Ramp.fixture("planar.npy"), Self.options(axis: 2)))
        #expect(none.code == "shape")
    }

    @Test(arguments: [("time-column", "0"), ("time-row", "3")])
    func aTimeAmongTheChannelsIsLeftOutAndNoted(name: String, place: String) throws {
        let path = Ramp.fixture("\(name).npy")
        try Ramp.expect(path, channels: Self.three)
        let note = try #require(try Ramp.open(path).note)
        #expect(note.contains("left out of 4 channels") && note.hasSuffix(": \(place)"), "\(note)")
    }

    /// As far as it goes, to the last whole sample.
    @Test(arguments: ["vector", "f4le", "fortran", "planar"])
    func aCutArrayIsReadAsFarAsItGoesAndNoted(name: String) throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        let data = try Data(contentsOf: URL(fileURLWithPath: Ramp.fixture("\(name).npy")))
        let isPlanar = ["fortran", "planar"].contains(name)
        try data.prefix(128 + (data.count - 128) / 2 + 3).write(to: URL(fileURLWithPath: path))
        guard !isPlanar else {
            // Some channels are whole and others are not there.
            #expect(Ramp.error(path)?.reason.contains("ends after 450 of its 900") == true)
            return
        }
        let reader = try Ramp.open(path)
        #expect(reader.sampleCount == 150)
        let note = try #require(reader.note)
        #expect(note.hasPrefix("cut off: 150 samples are there of 300"), "\(note)")
    }

    /// A row for each channel opens one file, not one for each.
    @Test func manyChannelsTakeOneDescriptor() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        var text = "{'descr': '|i1', 'fortran_order': False, 'shape': (2000, 20100), }"
        text += String(repeating: " ", count: 117 - text.utf8.count) + "\n"
        let header = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8))
        try header.write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: UInt64(128 + 2000 * 20_100))
        try file.close()
        // Two segments, so that the file is opened again.
        #expect(Ramp.error(path, Self.options(axis: 1)) == nil)
    }
}
