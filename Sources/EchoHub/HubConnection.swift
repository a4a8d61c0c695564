import EchoFormats
import EchoInvariant
import FoundationEssentials

/// Asks the hub: three kinds of requests, as `huggingface_hub` makes them.
///
///     GET  ENDPOINT/api/models/ORG/NAME/revision/REVISION    its commit and files
///     HEAD ENDPOINT/ORG/NAME/resolve/COMMIT/FILE             its hash and size
///     GET  ENDPOINT/ORG/NAME/resolve/COMMIT/FILE             its content, perhaps from another host
///
/// The token goes to the endpoint's own scheme, host and port; once a redirection has left them, to
/// nobody.
struct HubConnection {
    let settings: HubSettings

    /// Redirections that are followed.
    private static let maximumRedirections = 10

    /// A request to the hub about a repository.
    struct Question {
        var repository: RepositoryName
        /// Below the endpoint, percent-encoded, with a slash in front.
        var path: String
        var method = "GET"
        var headers: [String: String] = [:]
        /// True for the redirections that answer already.
        var isAnswered: (HTTPExchange) -> Bool = { _ in false }
    }

    /// Asks, and again where the hub cannot answer now (429, 5xx), after the pause that it asks for.
    ///
    /// - Throws: As ``askOnce(_:)`` does.
    func ask(_ question: Question) throws(HubError) -> HTTPExchange {
        var repetition = 0
        while true {
            do throws(HubError) {
                return try askOnce(question)
            } catch {
                repetition += 1
                guard error.cause == .busy, repetition <= Patience.maximumRepetitions else {
                    throw error
                }
                try settings.pause(beforeAttempt: repetition, after: error)
            }
        }
    }

    /// Asks, follows redirections, and hands back an answer of 2xx, or one that
    /// ``Question/isAnswered`` takes.
    ///
    /// - Throws: ``HubError`` if nobody answers, or with another status.
    func askOnce(_ question: Question) throws(HubError) -> HTTPExchange {
        let (start, home) = try address(question)
        var (url, mayTellToken) = (start, true)
        for _ in 0...Self.maximumRedirections {
            let exchange = try send(question, to: url, withToken: mayTellToken)
            let status = exchange.status
            if (200..<300).contains(status) || question.isAnswered(exchange) { return exchange }
            guard (300..<400).contains(status), let place = exchange.header("Location") else {
                throw HubRefusal(exchange, question, settings, told: mayTellToken).error
            }
            guard let next = URL(string: place, relativeTo: url)?.absoluteURL,
                let origin = Origin(next), home.scheme == "http" || origin.scheme == "https"
            else {
                throw HubError(
                    .answer, shownAddress(url), "redirects to \"\(shownAddress(place))\"",
                    remedy: "Check HF_ENDPOINT and the proxy.")
            }
            mayTellToken = mayTellToken && origin == home
            url = next
        }
        throw HubError(
            .answer, shownAddress(start), "redirects more than \(Self.maximumRedirections) times",
            remedy: "Check HF_ENDPOINT and the proxy.")
    }

    /// The whole of an answer's body.
    ///
    /// - Throws: ``HubError`` if it breaks off, or is longer than `limit` bytes.
    func body(of exchange: HTTPExchange, limit: Int) throws(HubError) -> Data {
        var body = Data()
        while let piece = try nextPiece(of: exchange) {
            body.append(piece)
            guard body.count <= limit else {
                throw HubError(
                    .answer, shownAddress(exchange.url),
                    "answers with more than \(limit) bytes", remedy: "Check HF_ENDPOINT.")
            }
        }
        return body
    }

    /// The next piece of an answer's body; nil at its end.
    ///
    /// - Throws: ``HubError`` if it breaks off.
    func nextPiece(of exchange: HTTPExchange) throws(HubError) -> Data? {
        do {
            return try exchange.nextPiece()
        } catch {
            throw unreachable(exchange.url, error)
        }
    }

    private func address(_ question: Question) throws(HubError) -> (url: URL, origin: Origin) {
        guard let url = URL(string: settings.endpoint + question.path), let origin = Origin(url)
        else {
            throw HubError(
                .usage, settings.endpoint + question.path, "this is not an address",
                remedy: "Check HF_ENDPOINT and the names.")
        }
        return (url, origin)
    }

    private func send(
        _ question: Question, to url: URL, withToken: Bool
    ) throws(HubError) -> HTTPExchange {
        invariant(!settings.isOffline, "a request while offline")
        var request = HTTPRequest(
            url: url, method: question.method, headers: question.headers,
            timeout: settings.timeout, certificateFile: settings.certificateFile)
        request.headers["User-Agent"] = settings.userAgent
        // Compressed, a file's size and ranges would not be its own.
        request.headers["Accept-Encoding"] = "identity"
        if withToken, let token = settings.token {
            request.headers["Authorization"] = "Bearer \(token)"
        }
        do {
            return try HTTPExchange(request)
        } catch {
            throw unreachable(url, error)
        }
    }

    /// No answer, or one that broke off.
    private func unreachable(_ url: URL, _ failure: HTTPFailure) -> HubError {
        HubError(
            .unreachable, shownAddress(url), "no answer: \(failure)",
            remedy: """
                Check the network, HF_ENDPOINT and the proxy (https_proxy). Where there is no \
                network, pull the model elsewhere and copy it: --model takes a folder.
                """)
    }
}

extension String {
    /// As one component of a URL's path: everything but letters, digits, `-`, `_`, `.`, `~` encoded.
    var percentEncoded: String {
        utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + [byte].hexadecimalDigits.uppercased()
            }
        }.joined()
    }
}
