import EchoExtract
import EchoFormats
import Glibc

/// What a command prints: every line escaped, and every byte written, or the command fails. A report that a
/// full disk cut must not look whole.
///
/// If nobody reads any more (`echo-gpu devices | head -1`) the rest is dropped: that is no failure.
enum StandardOutput {
    /// Writes lines.
    ///
    /// - Throws: ``EchoError`` of kind `write` if the system refuses.
    static func write(_ lines: [String]) throws(EchoError) {
        try write(text: lines.map { shown($0) + "\n" }.joined())
    }

    /// Writes a line.
    ///
    /// - Throws: ``EchoError`` of kind `write` if the system refuses.
    static func write(_ line: String) throws(EchoError) { try write([line]) }

    /// Writes an object as JSON, keys in a stable order.
    ///
    /// - Parameter keepsOldSpellings: As ``JSONText`` has it.
    /// - Throws: ``EchoError`` of kind `write` if the system refuses.
    static func write(
        json value: some Encodable, keepsOldSpellings: Bool = false
    ) throws(EchoError) {
        try write(text: JSONText.text(value, keepsOldSpellings: keepsOldSpellings) + "\n")
    }

    /// Writes text of our own as it is.
    ///
    /// - Throws: ``EchoError`` of kind `write` if the system refuses.
    static func write(text: String) throws(EchoError) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EINTR: continue
            case EPIPE: return
            default:
                let reason = String(cString: strerror(errno))
                throw EchoError(
                    .write,
                    """
                    standard output cannot be written: \(reason). Check where it is redirected to; what \
                    was embedded is in its folder.
                    """)
            }
        }
    }
}
