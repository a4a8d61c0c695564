import EchoFormats

/// Which extent of an array is time, and which its channels.
struct ArrayLayout {
    let sampleCount: Int
    let channelCount: Int
    /// Whether the channels of a sample lie side by side, and not the samples of a channel.
    let isInterleaved: Bool

    /// Channels that are taken unasked: more rows than that are windows of a signal more often.
    static let likelyChannelCount = 16
    /// Channels that are taken at all.
    static let channelLimit = 4096
    /// How many samples a channel has at least, for each channel, if nobody said which is which.
    private static let likelyRatio = 8

    /// - Parameter timeAxis: The extent that is time, from 0; nil for the longer one.
    /// - Throws: ``SignalError`` if there are not one or two extents, or they leave it open.
    init(
        _ dimensions: [Int], isFortranOrder: Bool, timeAxis: Int?, _ name: String,
        _ content: SignalContent
    ) throws(SignalError) {
        let shape = "the shape \(dimensions) of \(name)"
        guard !dimensions.contains(0) else { throw content.error(.empty) }
        // An extent of 1 is no extent.
        let axes = dimensions.indices.filter { dimensions[$0] != 1 }
        guard axes.count == 2 else {
            guard axes.count < 2 else {
                throw content.error(
                    .shape("\(shape) has \(axes.count) extents, and a signal one or two"))
            }
            (sampleCount, channelCount, isInterleaved) = (dimensions.elementCount, 1, true)
            return
        }
        let longer = dimensions[axes[0]] >= dimensions[axes[1]] ? axes[0] : axes[1]
        let time = timeAxis ?? longer
        guard axes.contains(time) else {
            throw content.error(
                .shape("\(shape) has no extent \(time), counted from 0, for --time-axis"))
        }
        let timeIsFirst = time == axes[0]
        sampleCount = dimensions[time]
        channelCount = dimensions[timeIsFirst ? axes[1] : axes[0]]
        // In C order the last extent runs fastest, in Fortran order the first one.
        isInterleaved = timeIsFirst != isFortranOrder
        guard channelCount <= Self.channelLimit else {
            throw content.error(
                .shape("\(shape) makes \(channelCount) channels, beyond \(Self.channelLimit)"))
        }
        let isLikely =
            channelCount <= Self.likelyChannelCount
            && sampleCount / channelCount >= Self.likelyRatio
        guard isLikely || timeAxis != nil else {
            throw content.error(
                .shape(
                    "\(shape) may be \(sampleCount) samples (--time-axis \(time)) of \(channelCount) "
                        + "channels, or windows of a signal: unasked, a signal has at most "
                        + "\(Self.likelyChannelCount) channels, and at least \(Self.likelyRatio) "
                        + "times as many samples"))
        }
    }
}
