/// What comes before the values of a matrix in a v5 MATLAB file: class, extents, name, names of fields.
struct Mat5Header {
    let kind: MatKind
    let dimensions: [Int]
    let name: String
    /// Where the values start, counted from the start of the matrix: numbers, or members.
    let start: Int

    /// What is wrong with it; or that more of the matrix is needed to tell.
    enum Failure: Error {
        case malformed(String)
        case cutOff
    }

    /// An element of a matrix: a tag, and data that lie within the matrix.
    struct Tag {
        let type: Int
        /// Where its data and the next tag are, counted from where its own is.
        let data: Range<Int>
        let next: Int

        /// Bytes of a tag.
        static let length = 8

        /// - Parameter bytes: ``length`` of them.
        init(_ bytes: some Collection<UInt8>, isBigEndian: Bool) {
            let words = [bytes.prefix(4), bytes.dropFirst(4).prefix(4)].map { word in
                isBigEndian
                    ? word.reduce(0) { $0 << 8 | Int($1) }
                    : word.reversed().reduce(0) { $0 << 8 | Int($1) }
            }
            // Up to four bytes lie in the tag itself.
            let small = words[0] >> 16
            type = words[0] & 0xFFFF
            data = small > 0 ? 4..<4 + min(small, 4) : 8..<8 + words[1]
            next = small > 0 ? 8 : 8 + (words[1] + 7) / 8 * 8
        }
    }

    /// - Parameter bytes: The first bytes of the matrix, after its tag.
    init(_ bytes: [UInt8], isBigEndian: Bool) throws(Failure) {
        var fields = Fields(bytes: bytes, isBigEndian: isBigEndian)
        let flags = try fields.words()
        guard flags.count == 2 else { throw Failure.malformed("no flags") }
        let classNumber = flags[0] & 0xFF
        // An opaque object has names in place of extents.
        dimensions = classNumber == 17 ? [] : try fields.words()
        guard classNumber == 17 || (1...64).contains(dimensions.count) else {
            throw Failure.malformed("\(dimensions.count) extents")
        }
        name = try fields.text()
        switch classNumber {
        case 1: kind = .cell
        case 2: kind = .structure(try fields.names())
        case 6...15 where flags[0] & 0x0800 != 0: kind = .other("complex")
        case 6...15 where flags[0] & 0x0200 != 0: kind = .other("logical")
        default:
            let others = [3: "object", 4: "char", 5: "sparse", 16: "function", 17: "object"]
            kind =
                MatClass(number: classNumber).map(MatKind.numbers)
                ?? .other(others[classNumber] ?? "of class \(classNumber)")
        }
        start = fields.position
    }

    /// An empty matrix: a member that nothing was put in has no header.
    init() {
        (kind, dimensions, name, start) = (.numbers(.double), [0, 0], "", 0)
    }

    /// The elements of a header, one after the other.
    private struct Fields {
        let bytes: [UInt8]
        let isBigEndian: Bool
        var position = 0

        private mutating func next() throws(Failure) -> ArraySlice<UInt8> {
            guard position + Tag.length <= bytes.count else { throw Failure.cutOff }
            let tag = Tag(
                bytes[position..<position + Tag.length], isBigEndian: isBigEndian)
            guard position + tag.data.upperBound <= bytes.count else { throw Failure.cutOff }
            defer { position += tag.next }
            return bytes[position + tag.data.lowerBound..<position + tag.data.upperBound]
        }

        mutating func words() throws(Failure) -> [Int] {
            let data = Array(try next())
            return stride(from: 0, to: data.count - 3, by: 4).map { place in
                let word = data[place..<place + 4]
                return isBigEndian
                    ? word.reduce(0) { $0 << 8 | Int($1) }
                    : word.reversed().reduce(0) { $0 << 8 | Int($1) }
            }
        }

        mutating func text() throws(Failure) -> String {
            String(decoding: try next().prefix { $0 != 0 }, as: UTF8.self)
        }

        /// Names of fields, all in as much room.
        mutating func names() throws(Failure) -> [String] {
            guard let length = try words().first, length > 0 else {
                throw Failure.malformed("names of fields of no length")
            }
            let data = Array(try next())
            return stride(from: 0, to: data.count, by: length).map { place in
                let name = data[place..<min(place + length, data.count)].prefix { $0 != 0 }
                return String(decoding: name, as: UTF8.self)
            }
        }
    }
}
