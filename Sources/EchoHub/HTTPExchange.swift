import Foundation
import FoundationNetworking
import Synchronization

/// One HTTP request whose answer is taken piece by piece on the calling thread.
///
/// Redirections are handed back, not followed, so that the caller decides what to tell the next host.
/// There are no cookies and no cache. What comes faster than it is taken waits in memory, for
/// URLSession cannot hold a sender back: so ask for no more than memory has room for.
final class HTTPExchange: Sendable {
    /// Status and headers of the answer.
    let response: HTTPURLResponse
    private let task: URLSessionDataTask
    private let arrivals: Arrivals

    /// Sends a request and waits for the headers of its answer.
    ///
    /// - Throws: `URLError` where there is no answer.
    init(_ request: URLRequest) throws {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = request.timeoutInterval
        configuration.httpCookieAcceptPolicy = .never
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        let arrivals = Arrivals()
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = 1
        let session = URLSession(
            configuration: configuration, delegate: arrivals, delegateQueue: queue)
        let task = session.dataTask(with: request)
        task.resume()
        // The task keeps the session until it ends.
        session.finishTasksAndInvalidate()
        while true {
            switch arrivals.next() {
            case .response(let response):
                (self.response, self.task, self.arrivals) = (response, task, arrivals)
                return
            case .data: continue
            case .end(let error): throw error ?? URLError(.badServerResponse)
            }
        }
    }

    deinit { task.cancel() }

    /// The next piece of the body; nil at its end.
    ///
    /// - Throws: `URLError` where the connection broke off before the end.
    func nextPiece() throws -> Data? {
        while true {
            switch arrivals.next() {
            case .response: continue
            case .data(let data): return data
            case .end(nil): return nil
            case .end(let error?): throw error
            }
        }
    }

    /// A header's value; nil where it is missing or empty.
    func header(_ name: String) -> String? {
        response.value(forHTTPHeaderField: name).flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// What has come in and waits to be taken. The delegate's queue adds, one thread takes.
private final class Arrivals: NSObject, URLSessionDataDelegate, Sendable {
    enum Arrival: Sendable {
        case response(HTTPURLResponse)
        case data(Data)
        case end(URLError?)
    }

    /// In order of arrival; those before `first` are taken.
    private struct Waiting {
        var arrivals: [Arrival?] = []
        var first = 0
    }

    private let waiting = Mutex(Waiting())
    private let count = DispatchSemaphore(value: 0)

    func next() -> Arrival {
        while true {
            count.wait()
            let arrival = waiting.withLock { waiting -> Arrival? in
                defer {
                    waiting.arrivals[waiting.first] = nil
                    waiting.first += 1
                    if waiting.first == waiting.arrivals.count { waiting = Waiting() }
                }
                return waiting.arrivals[waiting.first]
            }
            if let arrival { return arrival }
        }
    }

    private func add(_ arrival: Arrival) {
        waiting.withLock { $0.arrivals.append(arrival) }
        count.signal()
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        if let response = response as? HTTPURLResponse { add(.response(response)) }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        add(.data(data))
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        add(.end(error.map { $0 as? URLError ?? URLError(.unknown) }))
    }
}
