import EchoSignal
import EchoTestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct ChannelModeTests {
    @Test(arguments: ["mean", "first", "last", "each", "concatenate", "0", "17"])
    func namesAreReadAndWritten(name: String) {
        #expect(ChannelMode(rawValue: name)?.rawValue == name)
    }

    @Test(arguments: ["", "left", "-1", "+1", "01", "1.0", "Mean", "99999999999999999999"])
    func whatIsNoModeIsNone(name: String) {
        #expect(ChannelMode(rawValue: name) == nil)
    }

    @Test func aChannelThatIsNotThereIsNamed() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.wav")
        try RecordingFixtures.write(
            RecordingFixtures.noise(count: 2000), channels: 2, sampleRate: 1000, as: .wav16,
            to: path)
        for resample in [nil, 500] {
            let options = ReadingOptions(channels: .channel(2), resample: resample)
            let error = try #require(Ramp.error(path, options))
            #expect(error.cause == .channel("2", channelCount: 2))
        }
        let one = InputOverrides(channels: .channel(1))
        #expect(Ramp.error(path, ReadingOptions(channels: .channel(2)), one) == nil)
    }

    /// NaN in a channel that nobody listens to is no error, in the one that is it has its number.
    @Test func onlyTheChannelsListenedToAreChecked() throws {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.wav")
        var samples = RecordingFixtures.noise(count: 3 * 1000)
        samples[3 * 500 + 1] = .nan
        try RecordingFixtures.write(
            samples, channels: 3, sampleRate: 1000, as: .wavFloat, to: path)
        for resample in [nil, 500] {
            for mode in [ChannelMode.first, .last, .channel(0), .channel(2)] {
                #expect(
                    Ramp.error(path, ReadingOptions(channels: mode, resample: resample)) == nil)
            }
            for mode in [ChannelMode.mean, .each, .concatenate, .channel(1)] {
                let error = Ramp.error(path, ReadingOptions(channels: mode, resample: resample))
                #expect(error?.reason.contains("sample 500 of channel 1 is NaN") == true)
            }
        }
    }
}
