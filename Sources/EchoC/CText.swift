import EchoInvariant
import Glibc

/// Texts that cross the border to C.
enum CText {
    /// A copy that `free` frees. A zero byte within, which only a name of a file could have, ends it.
    static func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
        guard let copy = strdup(text) else {
            invariantFailure("no memory for a text of \(text.utf8.count) bytes")
        }
        return copy
    }

    /// What a caller passed as `name`.
    ///
    /// - Throws: ``Failure`` if it is null or no UTF-8.
    static func read(_ text: UnsafePointer<CChar>?, _ name: String) throws(Failure) -> String {
        guard let text else { throw .usage("\(name) is null; give a text") }
        guard let string = String(validatingCString: text) else {
            throw .usage("\(name) is not UTF-8: \(String(cString: text))")
        }
        return string
    }
}

/// A text that is there for as long as the process.
// Sendable: nobody changes it.
struct StaticText: @unchecked Sendable {
    let pointer: UnsafePointer<CChar>

    init(_ text: String) { pointer = UnsafePointer(CText.copy(text)) }
}
