import EchoSignal
import Testing

@Suite(.timeLimit(.minutes(20))) struct SampleRateTextTests {
    @Test(arguments: [
        ("12000", 12_000), ("12k", 12_000), ("12K", 12_000), ("12kHz", 12_000),
        ("12 kHz", 12_000), ("12000Hz", 12_000), ("12000 hz", 12_000), ("44.1k", 44_100),
        ("44.1kHz", 44_100), ("12.8k", 12_800), ("25.6khz", 25_600), ("11.025k", 11_025),
        ("0.5MHz", 500_000), ("2M", 2_000_000), ("16000.0", 16_000), ("1.6e4", 16_000),
        (" 48k ", 48_000), ("97656", 97_656),
    ])
    func readsWhatPeopleWrite(text: String, hertz: Int) throws {
        #expect(try SampleRateText.hertz(text) == hertz)
    }

    /// A thousandth is no million, and a comma is either mark.
    @Test(arguments: [
        "", "k", "Hz", "kHz", "fast", "12m", "12mHz", "44,1k", "44,100", "0", "-1", "-44.1k", "inf",
        "nan", "0x10", "12kk", "1 2k", "12.3456k", "0.5", "44.1", "1e300", "99999999999999999999",
        "9223372036854775807",
    ])
    func refusesAllElse(text: String) {
        let failure = #expect(throws: SampleRateText.Failure.self) {
            try SampleRateText.hertz(text)
        }
        #expect(failure?.description.contains("Hz") == true)
    }

    @Test func formatsAndListsReadTheSame() throws {
        #expect(RawFormat("f32le:25.6k:1") == RawFormat("f32le:25600:1"))
        #expect(RawFormat("f32le:25.6k:1")?.description == "f32le:25600:1")
        #expect(RawFormat("f32le:12k5:1") == nil)
    }
}
