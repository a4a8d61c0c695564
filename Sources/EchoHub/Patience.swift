import EchoFormats
import FoundationEssentials
import Glibc

/// How long a hub that cannot answer now, or answers by drops, is waited for.
enum Patience {
    /// Times that a request is made again because the hub answers 429 or 5xx.
    static let maximumRepetitions = 4
    /// Longest wait that a hub may ask for, in seconds: beyond, the user decides.
    static let longestPause = 120.0
    /// Bytes a second below which an answer is given up, over ``HubSettings/timeout``.
    static let minimumRate = 1000

    /// Seconds that `Retry-After` asks for: a number, or the time of an HTTP date.
    ///
    /// Source: RFC 9110, 10.2.3.
    static func seconds(retryAfter text: String, now: Date = Date()) -> Double? {
        if let seconds = Double(text), seconds.isFinite { return max(0, seconds) }
        return HTTPExchange.time(of: text).map { max(0, $0.timeIntervalSince(now)) }
    }
}

extension HubSettings {
    /// Waits before a further attempt: as long as the hub asks for, else ``retryPause``, doubled for
    /// each attempt before.
    ///
    /// - Throws: `error` if that is longer than anybody should wait without a word.
    func pause(beforeAttempt number: Int, after error: HubError) throws(HubError) {
        let own = retryPause / .seconds(1) * Double(1 << min(max(number - 1, 0), 5))
        let seconds = error.retryAfter ?? own
        guard seconds <= Patience.longestPause else { throw error }
        var rest = timespec(
            tv_sec: Int(seconds), tv_nsec: Int(seconds.truncatingRemainder(dividingBy: 1) * 1e9))
        // A signal ends it early; what is left is in `rest` then.
        withUnsafeMutablePointer(to: &rest) {
            while nanosleep($0, $0) != 0, errno == EINTR {}
        }
    }
}

/// An address as a message may show it: what stands before `@`, behind `?` or `#` is left out, since
/// passwords, tokens and signatures are kept there.
func shownAddress(_ text: String) -> String {
    var rest = text[...]
    var scheme = ""
    if let slashes = rest.firstRange(of: "//") {
        scheme = String(rest[..<slashes.upperBound])
        rest = rest[slashes.upperBound...]
    }
    let hasMore = rest.contains { $0 == "?" || $0 == "#" }
    rest = rest.prefix { $0 != "?" && $0 != "#" }
    let host = rest.prefix { $0 != "/" }
    if let at = host.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    return shown(scheme + rest + (hasMore ? "?..." : ""), limit: 200)
}

/// An address as a message may show it.
func shownAddress(_ url: URL) -> String { shownAddress(url.absoluteString) }
