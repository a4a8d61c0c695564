import EchoStore

/// Why a recording has no embedding.
public struct RecordingFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of fault it is, such as `too-short`: a name that stays the same between versions.
    public let code: String
    /// What is wrong and what to try, without the path.
    public let reason: String

    /// The reason.
    public var description: String { reason }

    package init(code: String, reason: String) { (self.code, self.reason) = (code, reason) }

    /// What keeps one recording's files from being written.
    init(_ error: StoreError) {
        self.init(code: error.code, reason: "\(error.reason). \(error.remedy)")
    }
}
