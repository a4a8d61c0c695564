/// What becomes of a recording's channels.
public enum ChannelMode: String, CaseIterable, Sendable {
    /// The average of all channels is embedded.
    case mean
    /// The first channel is embedded, the others are ignored.
    case first
    /// Every channel is embedded on its own.
    case each

    /// Signals that come out of a recording of `channelCount` channels.
    package func outputCount(channelCount: Int) -> Int {
        self == .each ? channelCount : 1
    }
}
