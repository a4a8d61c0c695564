import EchoSignal
import EchoTestSupport
import Foundation
import Testing

/// The sample rate from timestamps, and what is said of those that are not even.
@Suite(.timeLimit(.minutes(20))) struct TextRateTests {
    private static func told(_ unit: CSVOptions.TimeUnit = .s) -> CSVOptions {
        CSVOptions(rateFromTime: unit)
    }

    /// A column of time and one of samples.
    private static func text(_ times: [String], _ samples: [Double]) -> String {
        "time,acc\n" + zip(times, samples).map { "\($0),\($1)\n" }.joined()
    }

    private static let rates = [8192, 10_240, 12_800, 25_600, 44_100, 48_000, 51_200, 97_656]

    @Test(arguments: rates)
    func everyWayOfWritingTimeTellsTheRate(rate: Int) throws {
        let count = rate * 3 / 10
        let samples = TextFile.signal(3, count: count)
        let times = TextFile.times(Double(rate), count: count)
        // Whole numbers of nanoseconds have more digits than a double.
        let nanoseconds = (0..<count).map { row in
            1_700_000_000_000_000_000 + Int((Double(row) * 1e9 / Double(rate)).rounded())
        }
        var sum = 0.0
        let sums = times.map { _ in
            defer { sum += 1 / Double(rate) }
            return sum
        }
        let written: [(CSVOptions.TimeUnit, [String])] = [
            (.s, times.map { TextFile.fixed($0, 6) }),
            (.s, times.map { TextFile.fixed($0, 5) }),
            (.ms, times.map { TextFile.fixed($0 * 1e3, 4) }),
            (.us, times.map { TextFile.fixed(($0 * 1e6).rounded(.down), 0) }),
            (.ns, nanoseconds.map(String.init)),
            (.s, times.map { TextFile.fixed(1.7e9 + $0, 6) }),
            // As numpy writes doubles, and floats that became doubles.
            (.s, times.map { String(format: "%.18e", 1.7e9 + $0) }),
            (.s, times.map { String(format: "%.18e", Double(Float($0))) }),
            (.s, sums.map { "\($0)" }),
        ]
        for (unit, column) in written {
            let found = try TextFile.read(Self.text(column, samples), Self.told(unit), rate: nil)
            #expect(found.rate == rate, "\(unit) \(column[1])")
            #expect(found.note == nil, "\(unit) \(column[1])")
        }
    }

    /// 97,656.25 Hz is no whole number: the nearest is taken, and said.
    @Test func aRateThatIsNoWholeNumberIsNoted() throws {
        let count = 30_000
        let times = TextFile.times(97_656.25, count: count).map { TextFile.fixed($0, 8) }
        let found = try TextFile.read(
            Self.text(times, TextFile.signal(1, count: count)), Self.told(), rate: nil)
        #expect(found.rate == 97_656)
        #expect(found.note?.contains("97656.25 Hz") == true, "\(found.note ?? "")")
    }

    /// One sample or half a second missing, early, late and in the last step.
    @Test(
        arguments: [1, 20, 63, 65, 300, 599], [1.0, 10_000])
    func aGapIsRefused(row: Int, samples: Double) throws {
        let times = TextFile.times(25_600).enumerated().map { index, time in
            TextFile.fixed(index < row ? time : time + samples / 25_600, 6)
        }
        let error = try #require(
            try TextFile.error(Self.text(times, TextFile.left), Self.told(), rate: nil))
        #expect(error.code == "timestamps")
        #expect(error.reason.hasPrefix("line \(row + 2): "), "\(error)")
        #expect(error.remedy.contains("--sample-rate"))
    }

    /// At 10 kHz and 4 decimals a missing sample and a clock a little slow are written alike.
    @Test func aGapThatRoundingMayBeIsNoted() throws {
        let times = TextFile.times(10_000, count: 2000).enumerated().map { index, time in
            TextFile.fixed(index < 900 ? time : time + 1e-4, 4)
        }
        let samples = TextFile.signal(1, count: 2000)
        let found = try TextFile.read(Self.text(times, samples), Self.told(), rate: nil)
        #expect(found.rate == 10_000)
        #expect(found.note?.contains("line 902") == true, "\(found.note ?? "")")
        TextFile.expect(found, [samples], rate: 10_000)
    }

    @Test(arguments: [-1.0, -100])
    func timestampsThatAreRepeatedOrGoBackAreRefused(samples: Double) throws {
        let times = TextFile.times(25_600).enumerated().map { index, time in
            TextFile.fixed(index < 400 ? time : time + samples / 25_600, 6)
        }
        let error = try TextFile.error(Self.text(times, TextFile.left), Self.told(), rate: nil)
        #expect(error?.reason.contains("line 402") == true, "\(String(describing: error))")
    }

    /// Steps that differ by a fifth are one signal still, at the rate of their mean.
    @Test func jitterIsNoted() throws {
        let noise = RecordingFixtures.noise(count: 2000)
        let times = TextFile.times(10_000, count: 2000).enumerated().map { index, time in
            TextFile.fixed(time + Double(noise[index]) * 1e-5, 8)
        }
        let samples = TextFile.signal(1, count: 2000)
        let found = try TextFile.read(Self.text(times, samples), Self.told(), rate: nil)
        #expect(found.rate == 10_000)
        #expect(found.note?.contains("not quite even") == true)
    }

    @Test func whatTellsNoRateSaysWhy() throws {
        let samples = TextFile.left
        func reason(_ times: [String]) throws -> String {
            try TextFile.error(Self.text(times, samples), Self.told(), rate: nil)?.reason ?? ""
        }
        let falling = TextFile.times().reversed().map { TextFile.fixed($0, 6) }
        #expect(try reason(falling).contains("do not rise"))
        let dates = (0..<600).map { "2024-01-01 00:00:00.\(1000 + $0)" }
        #expect(try reason(dates).contains("not numbers"))
        var broken = TextFile.times().map { TextFile.fixed($0, 6) }
        broken[500] = "x"
        #expect(try reason(broken).contains("line 502, column 1: 'x' is not a number"))
        // Two clocks, none of which is called time.
        let both = "a,b,c\n" + (0..<600).map { "\($0),\($0 * 2),\(samples[$0])\n" }.joined()
        let error = try TextFile.error(both, Self.told(), rate: nil)
        #expect(error?.reason.contains("\"a\" and \"b\"") == true)
        // One remedy, in its place.
        #expect(error?.reason.contains("--") == false)
        #expect(error?.remedy.hasPrefix("Name the column of times with --csv-time") == true)
        let named = CSVOptions(timeColumn: "b", rateFromTime: .ms)
        #expect(try TextFile.read(both, named, rate: nil).rate == 500)
    }

    /// Files that are told their rate have a note where their time has a gap.
    @Test func aGapIsNotedWhereTheRateIsTold() throws {
        let times = TextFile.times().enumerated().map { $0 < 300 ? $1 : $1 + 0.5 }
        let found = try TextFile.read("time,a,b\n" + TextFile.pair(times))
        TextFile.expect(found, [TextFile.left, TextFile.right])
        #expect(found.note?.contains("line 302") == true)
    }

    /// As of arrays: the file's own rate goes before the run's, and must be the one that a row says.
    @Test func timestampsGoBeforeTheRunsRate() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.text("a.csv", "time,a,b\n" + TextFile.pair(TextFile.times()))
        let run = ReadingOptions(sampleRate: 1000, csv: Self.told())
        #expect(try Ramp.open(path, run).sampleRate == TextFile.rate)
        let same = InputOverrides(sampleRate: TextFile.rate)
        #expect(try Ramp.open(path, run, same).sampleRate == TextFile.rate)
        let error = Ramp.error(path, run, InputOverrides(sampleRate: 8000))
        #expect(error?.code == "other-sample-rate")
        #expect(error?.reason.contains("8000 Hz, the file itself 16000 Hz") == true)
        // Without timestamps the run's rate is for other files.
        let plain = try scratch.text("b.csv", "a,b\n" + TextFile.pair())
        #expect(Ramp.error(plain, run)?.code == "timestamps")
    }

    /// A rate that the timestamps do not bear out; without a unit in the name it may be any.
    @Test(arguments: [
        ("Time [s]", 1.0, 8000, true), ("Time [s]", 1, 16_000, false), ("time", 1, 8000, true),
        ("time", 1000, 16_000, false), ("Time [s]", 1000, 16_000, true),
        ("time_ms", 1000, 16_000, false), ("t", 16_000, 8000, false),
    ])
    func aRateThatTimeDoesNotBearOutIsNoted(
        name: String, perSecond: Double, told: Int, isNoted: Bool
    ) throws {
        let times = TextFile.times().map { $0 * perSecond }
        let found = try TextFile.read(
            "\(name),a,b\n" + TextFile.pair(times, decimals: 9), rate: told)
        #expect(found.rate == told && found.channels.count == 2)
        #expect((found.note != nil) == isNoted, "\(found.note ?? "")")
        if isNoted { #expect(found.note?.contains("embedded at \(told) Hz") == true) }
    }
}
