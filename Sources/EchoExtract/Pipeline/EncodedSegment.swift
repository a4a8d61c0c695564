import EchoStore

/// A segment's embeddings, and what they cost.
package struct EncodedSegment: Sendable {
    package let embeddings: Engine.Encoded
    /// Its share of the time that the device took for its batch, by its tokens.
    package let deviceSeconds: Double
    /// The devices that computed it, and their kinds: several if it is several channels' joined.
    package let devices: Set<String>
    package let kinds: Set<DeviceKind>
    /// The device of a segment that is not joined.
    package var device: String { embeddings.device }

    package init(embeddings: Engine.Encoded, deviceSeconds: Double) {
        (self.embeddings, self.deviceSeconds) = (embeddings, deviceSeconds)
        (devices, kinds) = ([embeddings.device], [embeddings.kind])
    }

    /// What became of these segments, laid side by side as `embeddings`.
    init(embeddings: Engine.Encoded, joining segments: [EncodedSegment]) {
        self.embeddings = embeddings
        deviceSeconds = segments.reduce(0) { $0 + $1.deviceSeconds }
        devices = segments.reduce(into: []) { $0.formUnion($1.devices) }
        kinds = segments.reduce(into: []) { $0.formUnion($1.kinds) }
    }
}
