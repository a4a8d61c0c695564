/// What becomes of a recording's channels.
public enum ChannelMode: Hashable, Sendable, RawRepresentable {
    /// The average of all channels is embedded.
    case mean
    /// The first channel is embedded, the others are ignored.
    case first
    /// The last channel is embedded, the others are ignored.
    case last
    /// Every channel is embedded on its own.
    case each
    /// Every channel is embedded, and their embeddings are laid side by side: `[C*N*D]`, rows
    /// `[T, C*N*D]`, channel 0 first, as SIREN does for vibration.
    case concatenate
    /// The channel of this number, from 0, is embedded, the others are ignored.
    case channel(Int)

    /// `mean`, `first`, `last`, `each`, `concatenate`, or a channel's number from 0.
    public init?(rawValue: String) {
        switch rawValue {
        case "mean": self = .mean
        case "first": self = .first
        case "last": self = .last
        case "each": self = .each
        case "concatenate": self = .concatenate
        default:
            guard let number = Int(rawValue), number >= 0, rawValue == "\(number)" else {
                return nil
            }
            self = .channel(number)
        }
    }

    /// The mode's name, or the channel's number.
    public var rawValue: String {
        switch self {
        case .mean: "mean"
        case .first: "first"
        case .last: "last"
        case .each: "each"
        case .concatenate: "concatenate"
        case .channel(let number): "\(number)"
        }
    }

    /// The channels, of `channelCount`, that are listened to; nil if one is not there.
    package func channels(of channelCount: Int) -> Range<Int>? {
        switch self {
        case .mean, .each, .concatenate: 0..<channelCount
        case .first: 0..<1
        case .last: channelCount - 1..<channelCount
        case .channel(let number): number < channelCount ? number..<number + 1 : nil
        }
    }

    /// Signals that come out of `channelCount` channels that are listened to.
    package func outputCount(channelCount: Int) -> Int {
        switch self {
        case .each, .concatenate: channelCount
        case .mean, .first, .last, .channel: 1
        }
    }
}
