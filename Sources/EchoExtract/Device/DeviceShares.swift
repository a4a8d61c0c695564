/// What each device did of an extraction.
public struct DeviceShare: Sendable, Codable {
    /// The device's name.
    public let name: String
    /// Segments that it embedded.
    public fileprivate(set) var segmentCount = 0
    /// Seconds that it took for them.
    public fileprivate(set) var seconds = 0.0
}

/// The shares of several devices.
struct DeviceShares {
    private(set) var all: [DeviceShare]

    /// The devices that an extraction begins with; others may come in place of one.
    init(_ names: [String]) { all = names.map { DeviceShare(name: $0) } }

    mutating func add(_ segment: EncodedSegment) {
        let known = all.firstIndex { $0.name == segment.device }
        if known == nil { all.append(DeviceShare(name: segment.device)) }
        let index = known ?? all.count - 1
        all[index].segmentCount += 1
        all[index].seconds += segment.deviceSeconds
    }
}
