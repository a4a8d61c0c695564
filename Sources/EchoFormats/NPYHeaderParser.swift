/// Reads the dictionary of an NPY header: strings, booleans and a tuple of integers, nothing else.
package struct NPYHeaderParser {
    /// What is wrong with the text.
    package struct Failure: Error {
        package let text: String

        package init(_ text: String) { self.text = text }
    }

    /// numpy's own limit is 64 dimensions.
    private static let maximumRank = 64

    private var rest: Substring.UTF8View
    private var descriptor: String?
    private var isFortranOrder: Bool?
    private var dimensions: [Int]?

    package static func parse(_ text: String) throws(Failure) -> NPYHeader {
        var parser = NPYHeaderParser(rest: text[...].utf8)
        return try parser.dictionary()
    }

    private init(rest: Substring.UTF8View) { self.rest = rest }

    private mutating func dictionary() throws(Failure) -> NPYHeader {
        try expect("{")
        while !take("}") {
            let key = try string()
            try expect(":")
            try value(of: key)
            if !take(",") {
                try expect("}")
                break
            }
        }
        skipSpace()
        guard rest.isEmpty else { throw Failure("text after the header's dictionary") }
        guard let descriptor, let isFortranOrder, let dimensions else {
            throw Failure("its header lacks descr, fortran_order or shape")
        }
        return NPYHeader(
            descriptor: descriptor, isFortranOrder: isFortranOrder, dimensions: dimensions)
    }

    private mutating func value(of key: String) throws(Failure) {
        switch key {
        case "descr" where descriptor == nil:
            skipSpace()
            guard rest.first != UInt8(ascii: "[") else {
                throw Failure(
                    "its elements are records, \(quoted(String(Substring(rest.prefix { $0 != UInt8(ascii: "]") })) + "]"))"
                )
            }
            descriptor = try string()
        case "fortran_order" where isFortranOrder == nil: isFortranOrder = try boolean()
        case "shape" where dimensions == nil: dimensions = try tuple()
        default: throw Failure("its header has the key '\(key)' too many")
        }
    }

    private mutating func tuple() throws(Failure) -> [Int] {
        var extents: [Int] = []
        try expect("(")
        while !take(")") {
            extents.append(try integer())
            guard extents.count <= Self.maximumRank else {
                throw Failure("it has more than \(Self.maximumRank) dimensions")
            }
            if !take(",") {
                try expect(")")
                break
            }
        }
        return extents
    }

    private mutating func integer() throws(Failure) -> Int {
        skipSpace()
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let value = Int(String(Substring(digits))) else {
            throw Failure("an extent of its shape is not a number that fits")
        }
        rest = rest[digits.endIndex...]
        // As Python 2 wrote long integers.
        if rest.first == UInt8(ascii: "L") { rest = rest.dropFirst() }
        return value
    }

    private mutating func boolean() throws(Failure) -> Bool {
        if take("True") { return true }
        if take("False") { return false }
        throw Failure("fortran_order is neither True nor False")
    }

    private mutating func string() throws(Failure) -> String {
        skipSpace()
        guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
            let end = rest.dropFirst().firstIndex(of: quote)
        else { throw Failure("a string of its header is not quoted") }
        let text = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        return String(Substring(text))
    }

    private mutating func expect(_ token: String) throws(Failure) {
        guard take(token) else { throw Failure("its header lacks a '\(token)'") }
    }

    /// Drops `token`, and space before it, if it comes next.
    private mutating func take(_ token: String) -> Bool {
        skipSpace()
        guard rest.starts(with: token.utf8) else { return false }
        rest = rest.dropFirst(token.utf8.count)
        return true
    }

    private mutating func skipSpace() {
        rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    }
}
