import EchoExtract
import EchoFormats
import Glibc
import Synchronization

/// A file that is replaced as a whole, so that who reads it never sees half of it.
///
/// Without bringing it to disk: after a power cut nobody asks how far the run was.
final class MetricsFile: Sendable {
    private let path: String
    private let temporaryPath: String
    private let hasFailed = Atomic(false)

    /// - Parameter path: A link leads to the file that is replaced, or made.
    init(path: String) {
        let path = Self.target(path)
        self.path = path
        // Not *.prom: the collector reads all that are called so.
        let folder = (path.parentPath ?? "").asFolderPrefix
        temporaryPath = folder + ".\(path.fileName).\(getpid()).tmp"
    }

    /// What a path leads to, there or not; the path itself if its links never end.
    private static func target(_ path: String) -> String {
        var target = path
        for _ in 0..<40 {
            var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = readlink(target, &bytes, bytes.count)
            guard count > 0 else { return target }
            let next = String(
                decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let folder = (target.parentPath ?? "").asFolderPrefix
            target = next.isAbsolutePath ? next : folder + next
        }
        return path
    }

    /// Writes it for the first time.
    ///
    /// - Throws: ``EchoError`` of kind `create` if it cannot be written, or if something else has its name.
    func write(_ text: String) throws(EchoError) {
        let obstacle = ReplacedFile.obstacle(
            path, kind: "a file of metrics", start: "# HELP echo_gpu_")
        guard let failure = obstacle ?? replace(with: text) else { return }
        throw EchoError(
            .create,
            """
            the metrics file \(path) cannot be written: \(failure). Let --metrics-file name a file in a \
            folder that is there and that you may write to.
            """)
    }

    /// Writes it again; where that fails, the run goes on, and the first time it says so.
    func rewrite(_ text: String) {
        guard let failure = replace(with: text),
            !hasFailed.exchange(true, ordering: .relaxed)
        else { return }
        ConsoleLogHandler.logger().warning(
            "the metrics file \(path) cannot be written: \(failure). The run goes on; the file may be old."
        )
    }

    /// - Returns: Why it cannot be; nil if it is.
    private func replace(with text: String) -> String? {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let descriptor = open(temporaryPath, flags, 0o644)
        guard descriptor >= 0 else { return Self.reason(errno) }
        let bytes = Array(text.utf8)
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        var failure = count == bytes.count ? nil : Self.reason(count < 0 ? errno : ENOSPC)
        if close(descriptor) != 0, failure == nil { failure = Self.reason(errno) }
        if failure == nil, rename(temporaryPath, path) != 0 { failure = Self.reason(errno) }
        if failure != nil { unlink(temporaryPath) }
        return failure
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
