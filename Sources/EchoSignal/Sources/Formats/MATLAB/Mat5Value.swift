import EchoFormats

/// A matrix of a v5 MATLAB file: numbers, or a struct or cell of matrices. Whatever it claims, no more of
/// it is believed than bytes of it are there.
final class Mat5Value: MatValue {
    /// Where a matrix lies, after its tag.
    struct Place {
        let content: SignalContent
        let file: ByteFile
        let range: Range<Int>
    }

    /// The types of elements that are matrices.
    static let (matrix, compressed) = (14, 15)
    /// Bytes that are looked at for a header: first, and where it is longer.
    private static let headLengths = [1024, 1 << 17]
    /// MATLAB writes no variable that is larger.
    private static let largestVariable = 1 << 31
    private static let memberLimit = 1_000_000

    private let header: Mat5Header
    private let isBigEndian: Bool
    private let options: ArrayOptions
    /// Where it is, in the file or in a copy of what was compressed.
    private var place: Place
    private var isCompressed: Bool
    /// Where its members are, once one was asked for.
    private var members: [Range<Int>]?

    var name: String { header.name }
    var kind: MatKind { header.kind }
    var dimensions: [Int] { header.dimensions }

    /// - Throws: ``SignalError`` if it is none.
    init(
        _ place: Place, isCompressed: Bool = false, isBigEndian: Bool, _ options: ArrayOptions
    ) throws(SignalError) {
        (self.place, self.isCompressed) = (place, isCompressed)
        (self.isBigEndian, self.options) = (isBigEndian, options)
        header = try Self.header(place, isCompressed, isBigEndian)
    }

    private static func header(
        _ place: Place, _ isCompressed: Bool, _ isBigEndian: Bool
    ) throws(SignalError) -> Mat5Header {
        if place.range.isEmpty { return Mat5Header() }
        var problem = "is cut off"
        for length in headLengths {
            var head: [UInt8] = []
            if isCompressed {
                try ZlibStream.inflate(place.file, place.range, place.content) { bytes in
                    head += bytes
                    return head.count < length
                }
                head.removeFirst(min(head.count, Mat5Header.Tag.length))
            } else {
                head = try place.file.bytes(place.range.prefix(length))
            }
            do throws(Mat5Header.Failure) {
                return try Mat5Header(head, isBigEndian: isBigEndian)
            } catch {
                guard case .malformed(let text) = error else { continue }
                problem = "has \(text)"
                break
            }
        }
        throw malformed(place, problem)
    }

    func member(field: Int, element: Int) throws(SignalError) -> any MatValue {
        let place = try inflated()
        let ranges: [Range<Int>]
        if let members {
            ranges = members
        } else {
            ranges = try findMembers(place)
            members = ranges
        }
        let number = element * fields.count + field
        guard ranges.indices.contains(number) else {
            throw Self.malformed(place, "has no member \(number)")
        }
        return try Mat5Value(
            Place(content: place.content, file: place.file, range: ranges[number]),
            isBigEndian: isBigEndian, options)
    }

    func numbers(name: String) throws(SignalError) -> NumberArray {
        let place = try inflated()
        guard case .numbers(let type) = kind else {
            throw Self.malformed(place, "is \(kind.description)")
        }
        var (format, start) = (type.format(options), place.range.lowerBound)
        if elementCount > 0 {
            let tag = try tag(at: start + header.start, in: place)
            guard let stored = Self.stored(tag.type, isBigEndian, type.scale(options)) else {
                throw Self.malformed(place, "has numbers of type \(tag.type)")
            }
            guard elementCount <= tag.data.count / stored.byteCount else {
                throw Self.malformed(
                    place,
                    "ends after \(tag.data.count / stored.byteCount) of its "
                        + "\(elementCount) numbers")
            }
            format = stored
            start += header.start + tag.data.lowerBound
        }
        return NumberArray(
            content: place.content, file: place.file, format: format, start: start,
            dimensions: dimensions, isFortranOrder: true, name: name)
    }

    /// Where the members are: matrices one after the other.
    private func findMembers(_ place: Place) throws(SignalError) -> [Range<Int>] {
        let (count, overflow) = elementCount.multipliedReportingOverflow(by: fields.count)
        var position = place.range.lowerBound + header.start
        let room = max(0, place.range.upperBound - position) / Mat5Header.Tag.length
        guard !overflow, count <= room, count <= Self.memberLimit else {
            throw Self.malformed(
                place,
                "claims \(overflow ? Int.max : count) members, beyond \(Self.memberLimit) or "
                    + "what is there")
        }
        var ranges: [Range<Int>] = []
        for _ in 0..<count {
            let tag = try tag(at: position, in: place)
            guard tag.type == Self.matrix else {
                throw Self.malformed(place, "has a member of type \(tag.type)")
            }
            ranges.append(position + tag.data.lowerBound..<position + tag.data.upperBound)
            position += tag.next
        }
        return ranges
    }

    /// The tag at a place of the file, whose data end within the matrix.
    private func tag(at position: Int, in place: Place) throws(SignalError) -> Mat5Header.Tag {
        let length = Mat5Header.Tag.length
        guard position + length <= place.range.upperBound else {
            throw Self.malformed(place, "is cut off")
        }
        let tag = Mat5Header.Tag(
            try place.file.bytes(position..<position + length), isBigEndian: isBigEndian)
        guard position + tag.data.upperBound <= place.range.upperBound else {
            throw Self.malformed(place, "is cut off")
        }
        return tag
    }

    /// Where it is without compression: a copy, made once.
    private func inflated() throws(SignalError) -> Place {
        guard isCompressed else { return place }
        let copy = try MemberCopy.make(for: place.content)
        let most = min(Self.largestVariable, place.range.count * ZlibStream.greatestRatio)
        var (tag, count) = ([UInt8](), 0)
        try ZlibStream.inflate(place.file, place.range, place.content) {
            bytes throws(SignalError) in
            let missing = min(bytes.count, Mat5Header.Tag.length - tag.count)
            tag += bytes.prefix(missing)
            count += bytes.count - missing
            guard count <= most else {
                throw Self.malformed(place, "is larger than \(most) bytes")
            }
            let rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(missing))
            try copy.append(rest, for: place.content)
            return true
        }
        let length = Mat5Header.Tag(tag, isBigEndian: isBigEndian).data.count
        guard length <= count else { throw Self.malformed(place, "is cut off") }
        let content = SignalContent(path: place.content.path, copy: copy)
        place = Place(content: content, file: try ByteFile(content), range: 0..<length)
        isCompressed = false
        return place
    }

    /// How numbers lie that are stored as elements of this type.
    private static func stored(
        _ type: Int, _ isBigEndian: Bool, _ scale: SampleFormat.Scale
    ) -> SampleFormat? {
        let types: [Int: (SampleFormat.Kind, Int)] = [
            1: (.signed, 1), 2: (.unsigned, 1), 3: (.signed, 2), 4: (.unsigned, 2),
            5: (.signed, 4), 6: (.unsigned, 4), 7: (.float, 4), 9: (.float, 8), 12: (.signed, 8),
            13: (.unsigned, 8),
        ]
        return types[type].map {
            SampleFormat($0.0, byteCount: $0.1, isBigEndian: isBigEndian, scale: scale)
        }
    }

    private static func malformed(_ place: Place, _ text: String) -> SignalError {
        MatFile.malformed(
            place.content, "the matrix at byte \(place.range.lowerBound) \(text)")
    }
}
