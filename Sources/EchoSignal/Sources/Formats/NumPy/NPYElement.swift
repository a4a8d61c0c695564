import EchoFormats

/// numpy's names of element types, such as `<f4`.
enum NPYElement {
    /// What elements are that are no samples.
    struct Refusal: Error {
        let text: String
    }

    /// - Throws: ``Refusal`` for what is no real number of up to 64 bits.
    static func format(
        _ descriptor: String, _ options: ArrayOptions
    ) throws(Refusal) -> SampleFormat {
        let letters = Array(descriptor.unicodeScalars)
        guard letters.count >= 2, "<>|=".unicodeScalars.contains(letters[0]) else {
            throw Refusal(text: "elements of an unknown type, \(quoted(descriptor))")
        }
        let size = Int(String(String.UnicodeScalarView(letters[2...]))) ?? 0
        let sizes = letters[1] == "f" ? [2, 4, 8] : [1, 2, 4, 8]
        let isBig = letters[0] == ">"
        guard sizes.contains(size), size == 1 || isBig || letters[0] == "<" else {
            throw Refusal(text: "\(kind(letters[1], size)), \(quoted(descriptor))")
        }
        switch letters[1] {
        case "f": return SampleFormat(.float, byteCount: size, isBigEndian: isBig)
        case "i", "u":
            let isSigned = letters[1] == "i"
            return SampleFormat(
                isSigned ? .signed : .unsigned, byteCount: size, isBigEndian: isBig,
                scale: options.scale(bits: 8 * size, isSigned: isSigned))
        default: throw Refusal(text: "\(kind(letters[1], size)), \(quoted(descriptor))")
        }
    }

    /// A type in words.
    private static func kind(_ letter: Unicode.Scalar, _ size: Int) -> String {
        switch letter {
        case "f": "floating point of \(8 * size) bits"
        case "c": "complex numbers (complex\(8 * size))"
        case "b": "truth values (bool)"
        case "O": "Python objects (a pickle, which is never run)"
        case "S", "U", "a": "text"
        case "M": "dates (datetime64)"
        case "m": "spans of time (timedelta64)"
        case "V": "records or raw bytes"
        default: "elements of an unknown type"
        }
    }
}
