/// A line of a trace, as the trace event format has it.
///
/// Source: "Trace Event Format", Google, the format of Chrome's `chrome://tracing`.
struct TraceEvent: Encodable {
    /// `X`: a span of time, `M`: a name for a process or thread.
    let ph: String
    let name: String
    /// The kind of span.
    var cat: String?
    /// Microseconds since the trace began, and of the span.
    var ts: Double?
    var dur: Double?
    let pid: Int
    let tid: Int
    let args: Arguments?

    /// What is known of a span, or the name that is given.
    package struct Arguments: Encodable, Sendable {
        var name: String?
        var recording: String?
        var bytes: Int?
        var batch: Int?
        var segments: Int?
    }
}
