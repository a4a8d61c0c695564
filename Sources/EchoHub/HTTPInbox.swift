import CCurl
import EchoFormats
import EchoInvariant
import FoundationEssentials

/// What libcurl has handed over of an answer.
final class HTTPInbox {
    private(set) var status = 0
    /// By lower-case name; the last of those that come twice.
    private(set) var headers: [String: String] = [:]
    private(set) var isHeaderComplete = false
    /// What has come of the body and was not taken.
    private(set) var body = Data()
    /// Where libcurl writes what went wrong. Ours alone, and freed with us.
    let errorText = UnsafeMutableBufferPointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var headerLength = 0

    /// Longest header that is taken, in bytes.
    private static let maximumHeaderLength = 1 << 20

    init() { errorText.initialize(repeating: 0) }

    deinit { errorText.deallocate() }

    /// The inbox that a callback was given.
    static func of(_ context: UnsafeMutableRawPointer?) -> HTTPInbox {
        guard let context else { invariantFailure("a callback without its inbox") }
        return Unmanaged<HTTPInbox>.fromOpaque(context).takeUnretainedValue()
    }

    /// Takes a line of the header; fewer bytes than `count` end the transfer.
    func takeHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        headerLength += count
        guard headerLength <= Self.maximumHeaderLength else { return 0 }
        let line = String(
            decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self
        )
        .trimmed
        if isHeaderComplete { return count }  // A trailer.
        if line.hasPrefix("HTTP/") {
            let words = line.split(separator: " ")
            status = words.count > 1 ? Int(words[1]) ?? 0 : 0
            headers = [:]
        } else if line.isEmpty {
            // After 100 Continue and the like comes the real one.
            isHeaderComplete = status >= 200
        } else if let colon = line.firstIndex(of: ":") {
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...]
                .trimmed
        }
        return count
    }

    /// Takes bytes of the body.
    func takeBody(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
        return count
    }

    /// Hands over what has come of the body.
    func takeBody() -> Data {
        defer { body = Data() }
        return body
    }

    /// What libcurl wrote about a failure; nil if it wrote nothing.
    var failureText: String? {
        let text = errorText.baseAddress.map { String(cString: $0) } ?? ""
        return text.isEmpty ? nil : text
    }
}
