import EchoFormats
import EchoStore
import Testing

@Suite(.timeLimit(.minutes(20))) struct RunRecordTests {
    private static func record(
        device: String = "0:0 pocl", tiles: String? = "simd 6x2", level: String = "both"
    ) -> RunRecord {
        var information: JSONObject = ["device": .string(device), "driver": .string("3.1")]
        if let tiles { information.append("tiles", .string(tiles)) }
        return RunRecord(settings: ["level": .string(level)], information: information)
    }

    @Test func settingsThatDifferAreNamed() {
        let differences = Self.record(level: "segment").differences(from: Self.record())
        #expect(differences == [#"level was "both", is "segment""#])
        #expect(Self.record(tiles: nil).differences(from: Self.record()).isEmpty)
    }

    @Test func otherTilesOfTheSameDeviceAreNamed() {
        let differences = Self.record(tiles: "simd 8x2").differencesOfRounding(from: Self.record())
        #expect(differences == [#"tiles was "simd 6x2", is "simd 8x2""#])
        #expect(Self.record().differencesOfRounding(from: Self.record()).isEmpty)
    }

    /// The manifest has the device of every recording.
    @Test func anotherDeviceIsNoChange() {
        let other = Self.record(device: "1:0 Intel", tiles: "simt 4x4")
        #expect(other.differencesOfRounding(from: Self.record()).isEmpty)
    }

    /// What cannot be told apart has one digest, and so one `run` in the manifests.
    @Test func tilesAreNoSetting() {
        #expect(Self.record(tiles: "simd 8x2").digest == Self.record().digest)
        #expect(Self.record(level: "segment").digest != Self.record().digest)
    }
}
