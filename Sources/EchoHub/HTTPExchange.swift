import CCurl
import FoundationEssentials

/// One HTTP request whose answer is taken piece by piece on the calling thread, through libcurl.
///
/// Nothing is read from the network but while a piece is asked for, so that a sender who is faster than
/// the disk is held back. Redirections are handed back, not followed: the caller decides what to tell
/// the next host. There are no cookies and no cache.
final class HTTPExchange {
    let url: URL
    /// The status of the answer: 200, 302, ...
    var status: Int { inbox.status }
    private let curl: CurlFunctions
    private let inbox = HTTPInbox()
    private let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    private var headerList: UnsafeMutablePointer<curl_slist>?
    /// Nil while the transfer goes on.
    private var result: CURLcode?

    /// Sends a request and waits for the headers of its answer.
    ///
    /// - Throws: ``HTTPFailure`` if there is no answer, or no libcurl.
    init(_ request: HTTPRequest) throws(HTTPFailure) {
        curl = try CurlLibrary.functions()
        guard let easy = curl.easy_init() else {
            throw HTTPFailure(description: "libcurl cannot be used")
        }
        guard let multi = curl.multi_init() else {
            curl.easy_cleanup(easy)
            throw HTTPFailure(description: "libcurl cannot be used")
        }
        (self.easy, self.multi, url) = (easy, multi, request.url)
        try configure(request)
        _ = curl.multi_add_handle(multi, easy)
        while !inbox.isHeaderComplete {
            let goesOn = try advance()
            guard goesOn || inbox.isHeaderComplete else {
                throw HTTPFailure(description: "the answer has no header")
            }
        }
    }

    deinit {
        _ = curl.multi_remove_handle(multi, easy)
        curl.easy_cleanup(easy)
        _ = curl.multi_cleanup(multi)
        curl.slist_free_all(headerList)
    }

    /// The next piece of the body; nil at its end.
    ///
    /// - Throws: ``HTTPFailure`` if the connection broke off before the end.
    func nextPiece() throws(HTTPFailure) -> Data? {
        while inbox.body.isEmpty {
            guard try advance() else { return nil }
        }
        return inbox.takeBody()
    }

    /// A header's value; nil if it is missing or empty.
    func header(_ name: String) -> String? {
        inbox.headers[name.lowercased()].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The time that an HTTP date names; nil if it is none.
    static func time(of date: String) -> Date? {
        guard let seconds = try? CurlLibrary.functions().getdate(date, nil) else { return nil }
        return seconds < 0 ? nil : Date(timeIntervalSince1970: Double(seconds))
    }

    /// Waits for something to come in and takes it; false at the end of the answer.
    private func advance() throws(HTTPFailure) -> Bool {
        if result == nil {
            var running: Int32 = 0
            guard curl.multi_perform(multi, &running) == CURLM_OK else {
                throw HTTPFailure(description: "libcurl failed")
            }
            if running > 0 {
                if inbox.body.isEmpty { _ = curl.multi_poll(multi, nil, 0, 1000, nil) }
                return true
            }
            var left: Int32 = 0
            result = curl.multi_info_read(multi, &left)?.pointee.data.result ?? CURLE_OK
        }
        // What came before a connection broke off is taken first; the next call tells.
        if !inbox.body.isEmpty { return true }
        guard let result, result != CURLE_OK else { return false }
        throw HTTPFailure(
            description: inbox.failureText ?? String(cString: curl.easy_strerror(result)))
    }

    // The inbox lives as long as the handle, and libcurl calls back only within curl_multi_perform.
    private func configure(_ request: HTTPRequest) throws(HTTPFailure) {
        for (name, value) in request.headers {
            headerList = curl.slist_append(headerList, "\(name): \(value)")
        }
        let seconds = max(1, Int(request.timeout.rounded(.up)))
        let context = Unmanaged.passUnretained(inbox).toOpaque()
        curl_set_text(easy, CURLOPT_URL, request.url.absoluteString)
        guard curl_allow_http(easy) == CURLE_OK else {
            throw HTTPFailure(description: "libcurl has no HTTP")
        }
        curl_set_long(
            easy, request.method == "HEAD" ? CURLOPT_NOBODY : CURLOPT_HTTPGET, 1)
        curl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList)
        curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        curl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        curl_set_long(easy, CURLOPT_BUFFERSIZE, 1 << 18)
        curl_set_long(easy, CURLOPT_CONNECTTIMEOUT, seconds)
        curl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, request.minimumRate)
        curl_set_long(easy, CURLOPT_LOW_SPEED_TIME, seconds)
        if let file = request.certificateFile { curl_set_text(easy, CURLOPT_CAINFO, file) }
        curl_set_pointer(easy, CURLOPT_ERRORBUFFER, inbox.errorText.baseAddress)
        curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        curl_set_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            HTTPInbox.of(context).takeHeader(bytes, size * count)
        }
        curl_set_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            HTTPInbox.of(context).takeBody(bytes, size * count)
        }
    }
}
