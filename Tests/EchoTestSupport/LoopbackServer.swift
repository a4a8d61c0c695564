import Foundation
import Synchronization

/// An HTTP server on 127.0.0.1 with threads of its own, one a connection and one request each.
///
/// It can also answer as no honest server does: break off in the middle, send more than it announced,
/// never end.
package final class LoopbackServer: Sendable {
    package struct Request: Sendable {
        package let method: String
        /// As it came, percent-encoded, query included.
        package let path: String
        /// By lower-case name.
        package let headers: [String: String]
    }

    package struct Response: Sendable {
        package var status: Int
        package var headers: [String: String]
        package var body: Data
        /// `Content-Length`, where it is not the body's.
        package var announcedLength: Int?
        /// Bytes of the body after which the connection is closed.
        package var breaksOffAfter: Int?
        /// True where nothing follows what is sent, and the connection stays open.
        package var stalls = false
        /// True for a body that is sent over and over until the other side has had enough.
        package var isEndless = false
        /// Bytes that are sent every tenth of a second; nil for all at once.
        package var pieceLength: Int?

        package init(_ status: Int, _ headers: [String: String] = [:], body: Data = Data()) {
            (self.status, self.headers, self.body) = (status, headers, body)
        }
    }

    package let port: Int
    /// Nil once it is stopped: the number is then free to be another socket's.
    private let descriptor: Mutex<Int32?>
    private let log = Log()

    private final class Log: Sendable {
        let requests = Mutex<[Request]>([])
    }

    package init(_ handler: @escaping @Sendable (Request) -> Response) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) + listen(listener, 64)
                    + getsockname(listener, generic, &length)
            }
        }
        guard listener >= 0, result == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        descriptor = Mutex(listener)
        let log = log
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                Thread.detachNewThread {
                    Self.serve(connection, handler, log)
                    close(connection)
                }
            }
            close(listener)
        }
    }

    deinit { stop() }

    /// Takes no more connections.
    package func stop() {
        descriptor.withLock { listener in
            if let listener { shutdown(listener, Int32(SHUT_RDWR)) }
            listener = nil
        }
    }

    package var origin: String { "http://127.0.0.1:\(port)" }

    /// What was asked so far.
    package var requests: [Request] { log.requests.withLock { $0 } }

    package func forget() { log.requests.withLock { $0 = [] } }

    private static func serve(
        _ connection: Int32, _ handler: @Sendable (Request) -> Response, _ log: Log
    ) {
        guard let request = read(connection) else { return }
        log.requests.withLock { $0.append(request) }
        let response = handler(request)
        var head = "HTTP/1.1 \(response.status) Whatever\r\nConnection: close\r\n"
        for (name, value) in response.headers { head += "\(name): \(value)\r\n" }
        head += "Content-Length: \(response.announcedLength ?? response.body.count)\r\n\r\n"
        guard send(Data(head.utf8), to: connection), request.method != "HEAD" else { return }
        repeat {
            let body = response.breaksOffAfter.map { response.body.prefix($0) } ?? response.body
            guard let length = response.pieceLength else {
                guard send(body, to: connection) else { return }
                continue
            }
            for start in stride(from: 0, to: body.count, by: length) {
                guard send(body.dropFirst(start).prefix(length), to: connection) else { return }
                Thread.sleep(forTimeInterval: 0.1)
            }
        } while response.isEndless
        var byte: UInt8 = 0
        if response.stalls { _ = recv(connection, &byte, 1, 0) }
    }

    private static func read(_ connection: Int32) -> Request? {
        var text = [UInt8]()
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            text += buffer.prefix(count)
        }
        let lines = String(decoding: text, as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...]
                .trimmingCharacters(in: .whitespaces)
        }
        return Request(method: String(words[0]), path: String(words[1]), headers: headers)
    }

    private static func send(_ data: Data, to connection: Int32) -> Bool {
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
