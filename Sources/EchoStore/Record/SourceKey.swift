import EchoFormats

/// What ``KnownInputs`` knows a recording by: hashes of this process alone, and numbers.
package struct SourceKey: Hashable, Sendable {
    /// Of its id: 128 bits, so that no two ids have the same.
    let id: Digest
    /// Of its path and of its overrides; 0 if there are none.
    let path, overrides: Int
    let byteCount: Int
    /// Nanoseconds since 1970; ``unknownTime`` if nobody knows.
    let modified: Int

    struct Digest: Hashable, Sendable {
        let high, low: Int

        init(_ bytes: UnsafeRawBufferPointer) {
            (high, low) = (SourceKey.hash(bytes, seed: 1), SourceKey.hash(bytes, seed: 2))
        }

        init(_ text: String) {
            var text = text
            self = text.withUTF8 { Digest(UnsafeRawBufferPointer($0)) }
        }
    }

    static let unknownTime = Int.min

    /// True if nothing could be learned of the file: it is not there, or its disk does not answer.
    var isUnknown: Bool { byteCount == 0 && modified == Self.unknownTime }

    /// - Parameters:
    ///   - id, path: Their bytes.
    ///   - overrides: As ``hash(overrides:)`` has it.
    package init(
        id: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer, byteCount: Int, modified: Int?,
        overrides: Int
    ) {
        (self.id, self.path) = (Digest(id), Self.hash(path, seed: 0))
        (self.byteCount, self.modified) = (byteCount, modified ?? Self.unknownTime)
        self.overrides = overrides
    }

    package init(_ source: RecordingSource) {
        var (id, path) = (source.id, source.path)
        self = id.withUTF8 { id in
            path.withUTF8 { path in
                SourceKey(
                    id: UnsafeRawBufferPointer(id), path: UnsafeRawBufferPointer(path),
                    byteCount: source.byteCount, modified: source.modified,
                    overrides: Self.hash(overrides: source.overrides))
            }
        }
    }

    /// Of what a list said of a recording.
    package static func hash(overrides: JSONObject) -> Int {
        guard !overrides.isEmpty else { return 0 }
        var text = overrides.text
        return text.withUTF8 { hash(overrides: UnsafeRawBufferPointer($0)) }
    }

    /// - Parameter text: An object that is not empty, as ``JSONObject/text`` writes it.
    static func hash(overrides text: UnsafeRawBufferPointer) -> Int { hash(text, seed: 3) }

    private static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt8) -> Int {
        var hasher = Hasher()
        hasher.combine(seed)
        hasher.combine(bytes: bytes)
        return hasher.finalize()
    }
}
