/// Reads JSON (RFC 8259) strictly and in one pass, keeping nothing that the caller does not keep.
///
/// Stricter than Foundation's: a key that an object repeats is an error (so are keys that Unicode
/// calls equivalent), and so is nesting deeper than ``maximumDepth``. The text may be hostile: no
/// input makes it trap, recurse without bound or allocate more than a few times the text's size.
package struct JSONScanner {
    /// What is wrong with the text, and at which byte.
    package struct Failure: Error, CustomStringConvertible {
        package let problem: String
        package let offset: Int
        package var description: String { "\(problem) at byte \(offset)" }
    }

    /// Objects and arrays within each other.
    package static let maximumDepth = 32

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads an object; `member` has to read the value of each key.
    package mutating func object(
        _ member: (inout JSONScanner, String) throws(Failure) -> Void
    ) throws(Failure) {
        var keys: Set<String> = []
        try list("{", "}") { (scanner) throws(Failure) in
            let start = scanner.position
            let key = try scanner.string()
            guard keys.insert(key).inserted else {
                throw Failure(problem: "duplicate key \(quoted(key))", offset: start)
            }
            try scanner.expect(":")
            try member(&scanner, key)
        }
    }

    /// Reads an array; `element` has to read each of its elements.
    package mutating func array(
        _ element: (inout JSONScanner) throws(Failure) -> Void
    ) throws(Failure) {
        try list("[", "]", element)
    }

    /// Reads an integer: no fraction, no exponent, within 64 bits.
    package mutating func integer() throws(Failure) -> Int {
        skipSpace()
        let start = position
        let text = try number()
        guard let value = Int(text) else {
            throw Failure(problem: "\(quoted(text)) is not a 64-bit integer", offset: start)
        }
        return value
    }

    /// Reads a value of any kind and drops it.
    package mutating func skipValue() throws(Failure) {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"):
            try object { (scanner, _) throws(Failure) in try scanner.skipValue() }
        case UInt8(ascii: "["):
            try array { (scanner) throws(Failure) in try scanner.skipValue() }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: _ = try number()
        }
    }

    /// Requires that nothing but white space follows.
    package mutating func end() throws(Failure) {
        skipSpace()
        guard position == bytes.count else { throw unexpected("the end") }
    }

    /// A failure of the caller's, where the scanner stands.
    package func failure(_ problem: String) -> Failure {
        Failure(problem: problem, offset: position)
    }

    // MARK: Strings

    /// Reads a string.
    package mutating func string() throws(Failure) -> String {
        try expect("\"")
        let start = position
        // Most have no escape: one piece, taken as it is.
        while let byte = peek, byte >= 0x20, byte != UInt8(ascii: "\""),
            byte != UInt8(ascii: "\\")
        {
            position += 1
        }
        var text = bytes[start..<position]
        while let byte = peek, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw unexpected("no control character in a string") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                text.append(contentsOf: String(try escape()).utf8)
            } else {
                text.append(byte)
            }
        }
        try expect("\"")
        guard let string = String(validating: text, as: UTF8.self) else {
            throw Failure(problem: "a string is not UTF-8", offset: start)
        }
        return string
    }

    /// Reads what follows a backslash.
    private mutating func escape() throws(Failure) -> Unicode.Scalar {
        guard let byte = peek else { throw unexpected("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default:
            position -= 1
            throw unexpected("an escape")
        }
    }

    /// Reads the digits after `\u`, and the second half of a surrogate pair.
    private mutating func unicodeEscape() throws(Failure) -> Unicode.Scalar {
        let start = position
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // Not a scalar: the first half of a pair, or the second half by mistake.
        if first < 0xDC00, peek == UInt8(ascii: "\\") {
            position += 1
            if peek == UInt8(ascii: "u") {
                position += 1
                let second = try hexadecimal()
                let value = 0x10000 + (first - 0xD800) << 10 + (second & 0x3FF)
                if (0xDC00..<0xE000).contains(second), let scalar = Unicode.Scalar(value) {
                    return scalar
                }
            }
        }
        throw Failure(problem: "half a surrogate pair", offset: start)
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    // MARK: Numbers, literals, punctuation

    /// Reads a number and returns its text: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    mutating func number() throws(Failure) -> String {
        let start = position
        _ = accept("-")
        if !accept("0") { try digits() }
        if accept(".") { try digits() }
        if accept("e") || accept("E") {
            if !accept("-") { _ = accept("+") }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(Failure) {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            position += 1
        }
        guard position > start else { throw unexpected("a value") }
    }

    mutating func literal(_ text: StaticString) throws(Failure) {
        for index in 0..<text.utf8CodeUnitCount {
            guard peek == text.utf8Start[index] else { throw unexpected("\(text)") }
            position += 1
        }
    }

    /// Reads `open`, items with commas between them, `close`.
    private mutating func list(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar,
        _ item: (inout JSONScanner) throws(Failure) -> Void
    ) throws(Failure) {
        try expect(open)
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw Failure(
                problem: "nested deeper than \(Self.maximumDepth) levels", offset: position)
        }
        skipSpace()
        if !accept(close) {
            repeat {
                try item(&self)
                skipSpace()
            } while accept(",")
            try expect(close)
        }
        depth -= 1
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws(Failure) {
        skipSpace()
        guard accept(scalar) else { throw unexpected("'\(scalar)'") }
    }

    /// Steps over an ASCII character if it is the next one.
    private mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D {
            position += 1
        }
    }

    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func unexpected(_ expected: String) -> Failure {
        let found = peek.map { byte in
            (0x21...0x7E).contains(byte)
                ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
        }
        return Failure(
            problem: "expected \(expected), found \(found ?? "the end")", offset: position)
    }
}
