import EchoFormats
import FoundationEssentials

/// Bytes as a page carries them in itself: `data:image/png;base64,…`.
package struct DataURL: Hashable, Sendable {
    package let text: String

    /// - Parameter type: Such as `image/png`.
    package init(_ bytes: [UInt8], type: String) {
        text = "data:\(type);base64," + Data(bytes).base64EncodedString()
    }

    package var byteCount: Int { text.utf8.count }
}

/// The address of a file from the page's folder: `../recordings/fan%20%231.wav`.
package struct RelativeURL: Hashable, Sendable {
    package let text: String

    /// - Parameters:
    ///   - path: Absolute, without `.` and `..`.
    ///   - folder: The page's, likewise.
    package init(path: String, from folder: String) {
        let (target, start) = (path.pathParts, folder.pathParts)
        let common = zip(target.dropLast(), start).prefix { $0.hasSameBytes(as: $1) }.count
        let steps = Array(repeating: "..", count: start.count - common)
        let parts = target.dropFirst(common).map(Self.encoded)
        text = (steps + parts).joined(separator: "/")
    }

    /// With everything but letters, digits and `-._~` as `%` and two digits, so that no name is a
    /// scheme, a query or a fragment.
    private static func encoded(_ name: String) -> String {
        var text = ""
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "%" + [byte].hexadecimalDigits.uppercased()
            }
        }
        return text
    }
}
