import EchoFormats

/// What a recording is known by from one run to the next.
package struct RecordingSource: Hashable, Sendable {
    /// Its name among the outputs.
    package let id: String
    package let path: String
    package let byteCount: Int
    /// When the file was last changed, nanoseconds since 1970; nil if nobody knows.
    package let modified: Int?
    /// What its list of inputs said of it that changes its embedding.
    package let overrides: JSONObject
    /// What its list of inputs said besides, carried through.
    package let fields: JSONObject

    /// True if nothing could be learned of the file: it is not there, or its disk does not answer.
    package var isUnknown: Bool { byteCount == 0 && modified == nil }

    package init(
        id: String, path: String, byteCount: Int, modified: Int?, overrides: JSONObject = [:],
        fields: JSONObject = [:]
    ) {
        (self.id, self.path) = (id, path)
        (self.byteCount, self.modified) = (byteCount, modified)
        (self.overrides, self.fields) = (overrides, fields)
    }
}
