import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct DevicesOptionTests {
    @Test func severalDevicesShareTheWork() throws {
        let place = try Workplace()
        for name in ["a.wav", "b.wav", "c.wav"] { try place.recording("in/\(name)") }
        // The CPU path comes from the helper.
        let result = try place.extract(
            "--device", "0:0", "--json", "--table", "--batch", "1", place.folder["in"])
        #expect(result.status == 0, "\(result.standardError)")
        let summary = try result.json()
        let devices = try #require(summary["devices"] as? [[String: Any]])
        #expect((devices.first?["name"] as? String)?.hasPrefix("CPU path") == true)
        #expect((devices.last?["name"] as? String)?.hasPrefix("0:0 ") == true)
        #expect(devices.compactMap { $0["segment_count"] as? Int }.reduce(0, +) == 3)
        let recordings = try #require(summary["recordings"] as? [[String: Any]])
        #expect(recordings.allSatisfy { ($0["devices"] as? [String])?.count == 1 })
        #expect(result.standardError.components(separatedBy: "Device: ").count == 3)
    }

    @Test func theSummarySaysWhatEachDid() throws {
        let place = try Workplace()
        let result = try place.extract("--device", "0:0", try place.recording("a.wav"))
        #expect(result.standardOutput.contains("CPU path (oneDNN): "))
        #expect(result.standardOutput.contains("\n0:0 "))
    }

    @Test func aDeviceTwiceIsAUsageError() throws {
        let place = try Workplace()
        let result = try place.extract("--device", "cpu", try place.recording("a.wav"))
        #expect(result.status == 64)
        #expect(result.standardError.contains("twice"))
    }
}
