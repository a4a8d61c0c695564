import EchoFormats
import Glibc

/// What a run has to know of a line of a manifest to tell whether its recording is done: the bytes of the
/// line are looked through once, and nothing of it is made a string.
package struct ScannedLine {
    package fileprivate(set) var id = UnsafeRawBufferPointer(start: nil, count: 0)
    package fileprivate(set) var path = UnsafeRawBufferPointer(start: nil, count: 0)
    package fileprivate(set) var byteCount = 0
    package fileprivate(set) var modified: Int?
    package fileprivate(set) var attempt = 0
    /// ``SourceKey/hash(overrides:)``.
    package fileprivate(set) var overrides = 0
    /// Whether it is of one channel.
    package fileprivate(set) var hasChannel = false
    /// Columns of its rows, and where they are; nil if it has none.
    package fileprivate(set) var width = 0
    fileprivate(set) var utterance: Place?
    fileprivate(set) var segments: Place?
    /// Why it failed, nil if it is embedded.
    package fileprivate(set) var code: UnsafeRawBufferPointer?

    /// Rows of a table, or of a file of the recording's own; as ``ManifestEntry/Place``.
    struct Place {
        let file: UnsafeRawBufferPointer
        fileprivate(set) var rows: Range<Int>?
    }

    /// ``id`` to be kept, or looked up.
    var name: ByteName { ByteName(String(decoding: id, as: UTF8.self)) }

    /// - Returns: nil if the line is anything but plain: escapes, spaces, members that are not known
    ///   here, or damage. ``ManifestEntry`` says what it is then; whatever is taken here is a line there.
    package init?(_ line: UnsafeRawBufferPointer) {
        var scan = LineScan(line)
        guard let members = scan.members(into: &self), members.areComplete(scan) else { return nil }
    }
}

/// Members of a line, by their places in ``names``.
private struct MemberSet {
    var bits: UInt32 = 0

    func contains(_ member: Member) -> Bool { bits & 1 << member.rawValue != 0 }

    /// False if it was there already.
    mutating func insert(_ member: Member) -> Bool {
        defer { bits |= 1 << member.rawValue }
        return !contains(member)
    }

    /// Whether a line has all that ``ManifestEntry`` asks for.
    func areComplete(_ scan: LineScan) -> Bool {
        func has(_ members: Member...) -> Bool { members.allSatisfy(contains) }
        guard has(.id, .path, .status, .bytes, .attempt, .run) else { return false }
        if scan.isFailed { return has(.code, .reason) }
        guard has(.sampleRate, .samples, .frames, .width, .device) else { return false }
        return contains(.segmentFile) == contains(.segmentRows)
            && contains(.utteranceFile) == contains(.utteranceRow)
    }
}

/// In the order in which they are written.
private enum Member: UInt32, CaseIterable {
    case id, path, status, channel, sampleRate, samples, frames, width, utteranceFile, utteranceRow
    case utteranceHash, segmentFile, segmentRows, segmentHash, note, columns, device, driver, tiles
    case code, reason, bytes, modified, attempt, run, overrides, fields

    static let names: [[UInt8]] = [
        "id", "path", "status", "channel", "sample_rate", "samples", "frames", "width",
        "utterance_file", "utterance_row", "utterance_sha256", "segment_file", "segment_rows",
        "segment_sha256", "note", "columns", "device", "driver", "tiles", "code", "reason", "bytes",
        "modified", "attempt", "run", "overrides", "fields",
    ].map { Array($0.utf8) }
}

/// Goes through the bytes of one line.
private struct LineScan {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0
    private(set) var isFailed = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    private var next: UInt8 { at < bytes.count ? bytes[at] : 0 }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: scalar) else { return false }
        at += 1
        return true
    }

    mutating func members(into line: inout ScannedLine) -> MemberSet? {
        var members = MemberSet()
        var expected = 0
        guard take("{") else { return nil }
        repeat {
            guard let name = plainText(), take(":"), let member = member(name, &expected),
                members.insert(member), value(of: member, into: &line)
            else { return nil }
        } while take(",")
        guard take("}") else { return nil }
        // What `compact` fills lines up with.
        while at < bytes.count, bytes[at] == 0x20 { at += 1 }
        return at == bytes.count ? members : nil
    }

    private func member(_ name: UnsafeRawBufferPointer, _ expected: inout Int) -> Member? {
        let names = Member.names
        guard let start = name.baseAddress else { return nil }
        for step in names.indices {
            let index = (expected + step) % names.count
            guard names[index].count == name.count, memcmp(names[index], start, name.count) == 0
            else { continue }
            expected = index + 1
            return Member(rawValue: UInt32(index))
        }
        return nil
    }

    private mutating func value(of member: Member, into line: inout ScannedLine) -> Bool {
        switch member {
        case .id: return text(&line.id)
        case .path: return text(&line.path)
        case .status:
            guard let status = plainText() else { return false }
            isFailed = status.elementsEqual("failed".utf8)
            return isFailed || status.elementsEqual("ok".utf8)
        case .code:
            guard let code = plainText() else { return false }
            line.code = code
            return true
        case .utteranceFile: return file(&line.utterance)
        case .segmentFile: return file(&line.segments)
        case .utteranceHash, .segmentHash, .note, .device, .driver, .tiles, .reason, .run:
            return plainText() != nil
        case .columns: return list { $0.plainText() != nil }
        case .segmentRows:
            line.segments?.rows = rows()
            return line.segments?.rows != nil
        case .channel:
            if null() { return true }
            line.hasChannel = true
            return integer() != nil
        case .sampleRate, .samples, .frames: return integer() != nil
        case .width: return integer(&line.width) && line.width >= 0
        case .utteranceRow:
            if null() { return line.utterance != nil }
            guard let row = integer(), (0..<Int.max).contains(row) else { return false }
            line.utterance?.rows = row..<row + 1
            return line.utterance != nil
        case .bytes: return integer(&line.byteCount)
        case .attempt:
            return integer(&line.attempt) && ManifestEntry.attempts.contains(line.attempt)
        case .modified:
            if null() { return true }
            line.modified = integer()
            return line.modified != nil
        case .overrides:
            let start = at
            guard object(depth: 1) else { return false }
            let text = UnsafeRawBufferPointer(rebasing: bytes[start..<at])
            line.overrides = text.count == 2 ? 0 : SourceKey.hash(overrides: text)
            return true
        case .fields: return object(depth: 1)
        }
    }

    private mutating func text(_ text: inout UnsafeRawBufferPointer) -> Bool {
        guard let plain = plainText() else { return false }
        text = plain
        return true
    }

    /// A string without escapes.
    private mutating func plainText() -> UnsafeRawBufferPointer? {
        guard take("\"") else { return nil }
        let start = at
        var isASCII = true
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") { break }
            guard byte >= 0x20, byte != UInt8(ascii: "\\") else { return nil }
            if byte >= 0x80 { isASCII = false }
            at += 1
        }
        let text = UnsafeRawBufferPointer(rebasing: bytes[start..<at])
        guard isASCII || String(validating: text, as: UTF8.self) != nil else { return nil }
        return take("\"") ? text : nil
    }

    private mutating func null() -> Bool { literal("null") }

    private mutating func literal(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard bytes.count - at >= count, let start = bytes.baseAddress,
            memcmp(start + at, word.utf8Start, count) == 0
        else { return false }
        at += count
        return true
    }

    private mutating func integer(_ value: inout Int) -> Bool {
        guard let number = integer() else { return false }
        value = number
        return true
    }

    /// An integer that fits.
    private mutating func integer() -> Int? {
        let isNegative = take("-")
        let start = at
        var value = 0
        while at < bytes.count, bytes[at] &- 0x30 < 10 {
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowsToo) = product.addingReportingOverflow(Int(bytes[at] &- 0x30))
            if overflows || overflowsToo { return nil }
            value = sum
            at += 1
        }
        guard at > start, at - start == 1 || bytes[start] != 0x30,
            next == UInt8(ascii: ",") || next == UInt8(ascii: "}") || next == UInt8(ascii: "]")
        else { return nil }
        return isNegative ? -value : value
    }

    private mutating func file(_ place: inout ScannedLine.Place?) -> Bool {
        place = plainText().map { ScannedLine.Place(file: $0) }
        return place != nil
    }

    private mutating func rows() -> Range<Int>? {
        guard take("["), let first = integer(), take(","), let end = integer(), take("]"),
            0 <= first, first <= end
        else { return nil }
        return first..<end
    }

    // MARK: What users said of a recording: any JSON, written as we write it

    private mutating func object(depth: Int) -> Bool {
        var names: [UnsafeRawBufferPointer] = []
        return list("{", "}") { scan in
            guard let name = scan.visibleText(), !names.contains(where: { $0.elementsEqual(name) }),
                scan.take(":")
            else { return false }
            names.append(name)
            return scan.any(depth: depth + 1)
        }
    }

    private mutating func any(depth: Int) -> Bool {
        guard depth < JSONScanner.maximumDepth else { return false }
        switch next {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return list { $0.any(depth: depth + 1) }
        case UInt8(ascii: "\""): return visibleText() != nil
        case UInt8(ascii: "t"): return literal("true")
        case UInt8(ascii: "f"): return literal("false")
        case UInt8(ascii: "n"): return literal("null")
        default: return number()
        }
    }

    /// A string that is written as its bytes are: visible ASCII.
    private mutating func visibleText() -> UnsafeRawBufferPointer? {
        guard let text = plainText(), text.allSatisfy({ $0 < 0x7F }) else { return nil }
        return text
    }

    private mutating func number() -> Bool {
        _ = take("-")
        guard take("0") || digits() else { return false }
        if take("."), !digits() { return false }
        if take("e") || take("E") {
            if !take("-") { _ = take("+") }
            return digits()
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = at
        while at < bytes.count, bytes[at] &- 0x30 < 10 { at += 1 }
        return at > start
    }

    private mutating func list(
        _ open: Unicode.Scalar = "[", _ close: Unicode.Scalar = "]",
        _ item: (inout LineScan) -> Bool
    ) -> Bool {
        guard take(open) else { return false }
        if take(close) { return true }
        repeat {
            guard item(&self) else { return false }
        } while take(",")
        return take(close)
    }
}
