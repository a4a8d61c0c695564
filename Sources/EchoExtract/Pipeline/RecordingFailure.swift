import EchoStore

/// Why a recording has no embedding.
package struct RecordingFailure: Hashable, Sendable {
    /// A short name that stays the same between versions.
    package let code: String
    /// What is wrong and what to try, without the path.
    package let reason: String

    package init(code: String, reason: String) { (self.code, self.reason) = (code, reason) }

    /// What keeps one recording's files from being written.
    init(_ error: StoreError) {
        self.init(code: error.code, reason: "\(error.reason). \(error.remedy)")
    }
}
