import EchoFormats
import EchoInvariant

/// The inputs of a run, in order: for each 48 bytes and its path, however many there are.
///
/// An ``Input`` is made when it is asked for. A name that its path ends with takes no room of its own, and
/// what lists say of many inputs alike is kept once.
package struct InputList: Sendable {
    private struct Record {
        /// Where its path begins in ``texts``.
        let chunk, start: UInt32
        let pathCount: UInt32
        /// The name is what the path ends with, unless `ownsName`: then it lies behind the path.
        let nameCount: UInt32
        let byteCount: Int
        let modified: Int64
        /// One more than its place in ``archives``, with its ordinal in there; 0 if it is no member.
        let archive, ordinal: UInt32
        /// One more than its place in ``details``; 0 if there are none.
        let detail: Int32
        let ownsName: Bool
    }

    /// Bytes of a piece of ``texts``.
    private static let chunkByteCount = 1 << 20
    /// Different sets of fields and overrides that are looked up, to be kept once.
    private static let internLimit = 4096

    private var records = ChunkedArray<Record>()
    private var texts: [[UInt8]] = []
    private var archives: [String] = []
    private var details: [Input.Details] = []
    private var interned: [Input.Details: Int32] = [:]
    /// Of inputs whose id is not their name.
    private var ids: [Int: String] = [:]
    /// Which records it has, and in which order; nil for all in theirs.
    private var order: [Int32]?

    package init() {}

    package init(_ inputs: some Sequence<Input>) {
        for input in inputs { append(input) }
    }

    /// Some of them, by their places here, in this order: the texts are shared.
    package func selecting(_ places: [Int]) -> InputList {
        var selected = self
        selected.order = places.map { Int32(record($0)) }
        return selected
    }

    package mutating func append(_ input: Input) {
        var (archive, ordinal, detail) = (UInt32(0), UInt32(0), Int32(0))
        if input.details != nil {
            var source = input.source
            if case .member(let place, let name, let number) = source,
                let small = UInt32(exactly: number), input.path.isMember(name, of: place)
            {
                (archive, ordinal, source) = (keep(archive: place), small, .file)
            }
            detail = keep(
                Input.Details(
                    fields: input.fields, source: source, overrides: input.overrides))
        }
        append(input, archive, ordinal, detail)
        if !input.id.hasSameBytes(as: input.name) { ids[records.count - 1] = input.id }
    }

    /// Adds those of another list behind these.
    package mutating func append(contentsOf others: InputList) {
        if isEmpty {
            self = others
        } else {
            for input in others { append(input) }
        }
    }

    // MARK: Keeping

    private mutating func append(
        _ input: Input, _ archive: UInt32, _ ordinal: UInt32, _ detail: Int32
    ) {
        let (path, name) = (input.path, input.name)
        invariant(order == nil, "a selection of inputs does not grow")
        let ownsName = !path.endsInBytes(of: name)
        let needed = path.utf8.count + (ownsName ? name.utf8.count : 0)
        if texts.isEmpty || texts[texts.count - 1].count + needed > Self.chunkByteCount {
            var chunk: [UInt8] = []
            chunk.reserveCapacity(texts.isEmpty ? needed : Swift.max(needed, Self.chunkByteCount))
            texts.append(chunk)
        }
        let chunk = texts.count - 1
        let start = texts[chunk].count
        texts[chunk].append(contentsOf: path.utf8)
        if ownsName { texts[chunk].append(contentsOf: name.utf8) }
        records.append(
            Record(
                chunk: UInt32(chunk), start: UInt32(start), pathCount: UInt32(path.utf8.count),
                nameCount: UInt32(name.utf8.count), byteCount: input.byteCount,
                modified: input.modified, archive: archive, ordinal: ordinal, detail: detail,
                ownsName: ownsName))
    }

    private mutating func keep(archive: String) -> UInt32 {
        if let last = archives.last, last.hasSameBytes(as: archive) {
            return UInt32(archives.count)
        }
        archives.append(archive)
        return UInt32(archives.count)
    }

    private mutating func keep(_ detail: Input.Details?) -> Int32 {
        guard let detail else { return 0 }
        if let last = details.last, last.hasSameBytes(as: detail) { return Int32(details.count) }
        if let known = interned[detail], details[Int(known) - 1].hasSameBytes(as: detail) {
            return known
        }
        details.append(detail)
        let number = Int32(details.count)
        if interned.count < Self.internLimit { interned[detail] = number }
        return number
    }

    // MARK: Taking

    private func record(_ index: Int) -> Int { order.map { Int($0[index]) } ?? index }

    /// Calls `body` with the bytes of an input's path and name.
    package func withTexts<Result>(
        of index: Int,
        _ body: (_ path: UnsafeRawBufferPointer, _ name: UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let record = records[record(index)]
        let (path, name) = (Int(record.pathCount), Int(record.nameCount))
        return texts[Int(record.chunk)].withUnsafeBytes { bytes in
            let start = Int(record.start)
            let nameStart = start + path - (record.ownsName ? 0 : name)
            return body(
                UnsafeRawBufferPointer(rebasing: bytes[start..<start + path]),
                UnsafeRawBufferPointer(rebasing: bytes[nameStart..<nameStart + name]))
        }
    }

    /// Calls `body` with the bytes of what tells an input from others.
    package func withID<Result>(
        of index: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        if !ids.isEmpty, var id = ids[record(index)] {
            return id.withUTF8 { body(UnsafeRawBufferPointer($0)) }
        }
        return withTexts(of: index) { body($1) }
    }

    /// Its size in bytes and when it was written, as ``Input`` has them.
    package func facts(of index: Int) -> (byteCount: Int, modified: Int64) {
        let record = records[record(index)]
        return (record.byteCount, record.modified)
    }

    /// What a list says of an input that changes its embedding; nil if it says nothing. Inputs with the
    /// same number have the same.
    package func overrides(of index: Int) -> (number: Int, overrides: InputOverrides)? {
        let number = Int(records[record(index)].detail)
        return number == 0 ? nil : (number, details[number - 1].overrides)
    }
}

extension InputList: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { order?.count ?? records.count }

    package subscript(index: Int) -> Input {
        let record = records[record(index)]
        let (path, name) = withTexts(of: index) { path, name in
            (String(decoding: path, as: UTF8.self), String(decoding: name, as: UTF8.self))
        }
        let detail = record.detail == 0 ? nil : details[Int(record.detail) - 1]
        var source = detail?.source ?? .file
        if record.archive > 0 {
            let archive = archives[Int(record.archive) - 1]
            source = .member(
                archive: archive, name: path.droppingFirstBytes(archive.utf8.count + 1),
                ordinal: Int(record.ordinal))
        }
        return Input(
            path: path, name: name, id: ids.isEmpty ? nil : ids[self.record(index)],
            byteCount: record.byteCount, modified: record.modified,
            fields: detail?.fields ?? JSONObject(), source: source,
            overrides: detail?.overrides ?? InputOverrides())
    }
}

extension Input.Details {
    /// Whether all of its texts are those of the other byte for byte, which `==` does not ask: what is read is
    /// found by them, and what is carried through comes out as it was.
    fileprivate func hasSameBytes(as other: Input.Details) -> Bool {
        guard fields.hasSameBytes(as: other.fields), overrides == other.overrides,
            overrides == InputOverrides()
                || overrides.record.hasSameBytes(as: other.overrides.record)
        else { return false }
        switch (source, other.source) {
        case (.file, .file): return true
        case (
            .member(let archive, let name, let ordinal),
            .member(let otherArchive, let otherName, let otherOrdinal)
        ):
            return ordinal == otherOrdinal && name.hasSameBytes(as: otherName)
                && archive.hasSameBytes(as: otherArchive)
        default: return false
        }
    }
}

extension String {
    /// Whether it is the path of an archive, a slash and the name of its member.
    fileprivate func isMember(_ name: String, of archive: String) -> Bool {
        utf8.count == archive.utf8.count + 1 + name.utf8.count
            && utf8.starts(with: archive.utf8) && endsInBytes(of: name)
    }

    fileprivate func droppingFirstBytes(_ count: Int) -> String {
        String(Substring(utf8.dropFirst(count)))
    }
}
