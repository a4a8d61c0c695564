import FoundationEssentials

/// A request without a body.
struct HTTPRequest {
    var url: URL
    var method = "GET"
    var headers: [String: String] = [:]
    /// Seconds of less than ``minimumRate`` before the request is given up.
    var timeout = 30.0
    /// Bytes a second.
    var minimumRate = Patience.minimumRate
    /// A file of certificates to trust in place of the system's; nil for those.
    var certificateFile: String?
}

/// Why there is no answer, or why it broke off.
struct HTTPFailure: Error, CustomStringConvertible {
    let description: String
}
