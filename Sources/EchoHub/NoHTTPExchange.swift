#if !Hub
import FoundationEssentials

/// In place of libcurl, where the package is built without its trait `Hub`: nobody answers. ``Hub`` asks nobody
/// then, and says so.
final class HTTPExchange {
    static let isBuilt = false
    let url: URL
    let status = 0

    init(_ request: HTTPRequest) throws(HTTPFailure) {
        url = request.url
        throw HTTPFailure(description: "this build has no libcurl")
    }

    func nextPiece() throws(HTTPFailure) -> Data? { nil }

    func header(_ name: String) -> String? { nil }

    static func time(of date: String) -> Date? { nil }
}
#endif
