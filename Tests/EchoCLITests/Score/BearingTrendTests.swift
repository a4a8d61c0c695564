import EchoTestSupport
import Foundation
import Testing

/// A bearing that degrades, simulated (``SimulatedBearings``), from recordings to the day that is named.
///
/// The weights are untrained: what they make of a spectrogram still moves when an impulse train is added. The
/// fault begins on day 35 at -20 dB, in which nothing can be heard, and is as loud as the noise on day 49. Each seed is
/// another machine: if one of them fails, the rule or the bank is at fault and not luck.
@Suite(.timeLimit(.minutes(20))) struct BearingTrendTests {
    /// Days from the fault's first to the alarm, at most: by then it is 1.2 dB below the noise. Ten lives of
    /// Examples/synthetic/bearing.py (seeds 0 to 9), the same machine in Python, took 9 to 12 by either rule.
    private static let latest = 13

    private static func trends(
        _ bearings: SimulatedBearings, arguments more: [String] = []
    ) throws -> [[String: Any]] {
        let folder = try ScratchFolder()
        _ = try folder.file("days/first")
        try bearings.write(0..<bearings.dayCount, into: folder["days"])
        let extracted = try EchoGPUProcess([
            "extract", "--model", "demo", "--device", "cpu", "--channels", "each", "--layout",
            "parts", "--output", folder["out"], folder["days"],
        ])
        #expect(extracted.status == 0, "\(extracted.standardError)")
        let result = try EchoGPUProcess(
            ["score", "--device", "cpu", "--test", folder["out"], "--baseline", "20", "--json"]
                + more)
        #expect(result.status == 0, "\(result.standardError)")
        return try #require(try result.json()["trend"] as? [[String: Any]])
    }

    private static func day(_ trend: [String: Any], _ member: String) -> Int? {
        (trend[member] as? [String: Any])?["index"] as? Int
    }

    @Test(arguments: [1, 2, 3], [[], ["--rule", "cusum"]])
    func theIllBearingIsFoundAndTheOthersAreSilent(seed: UInt64, rule: [String]) throws {
        let bearings = SimulatedBearings(seed: seed)
        let trends = try Self.trends(bearings, arguments: rule)
        #expect(trends.count == SimulatedBearings.channelCount)
        for (channel, trend) in trends.enumerated() {
            #expect(trend["problem"] == nil)
            if channel == bearings.ill {
                let alarm = try #require(Self.day(trend, "alarm"), "seed \(seed): not found")
                let change = try #require(Self.day(trend, "change"))
                #expect((bearings.onset...bearings.onset + Self.latest).contains(alarm), "\(alarm)")
                #expect(change >= bearings.onset - 1, "\(change)")
                let place = trend["alarm"] as? [String: Any]
                #expect(place?["id"] as? String == SimulatedBearings.name(ofDay: alarm))
            } else {
                #expect(trend["alarm"] == nil, "channel \(channel): \(trend)")
            }
        }
    }

    /// The same machine without the fault: nobody is told of anything.
    @Test func aHealthyMachineIsSilent() throws {
        var bearings = SimulatedBearings(seed: 4)
        bearings.onset = bearings.dayCount
        for trend in try Self.trends(bearings) { #expect(trend["alarm"] == nil, "\(trend)") }
    }
}
