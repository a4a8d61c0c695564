/// The outline of a MATLAB file, looked at before libmatio does: it would not notice that a file is cut
/// off, and would never come back from some that lie.
enum MatLayout {
    /// The variables of a v5 file; nil for a v7.3 file, as HDF5 checks itself.
    ///
    /// - Throws: ``SignalError`` where it is no MATLAB file, or a variable does not fit the file.
    static func elements(
        _ file: ByteFile, _ content: SignalContent
    ) throws(SignalError) -> [MatElement]? {
        let start = try file.bytes(0..<min(128, file.byteCount))
        guard start.count == 128 else { throw malformed(content, "it has no header") }
        let isBig = start[126...].elementsEqual("MI".utf8)
        guard isBig || start[126...].elementsEqual("IM".utf8) else {
            throw malformed(content, "its header has no byte order; only v5 and later are read")
        }
        let version = isBig ? start[124] : start[125]
        guard version == 1 else {
            guard version == 2 else {
                throw malformed(content, "its version is \(version)")
            }
            return nil
        }
        var elements: [MatElement] = []
        var position = 128
        while position < file.byteCount {
            guard file.byteCount - position >= 8 else { throw cutOff(content, position) }
            let tag = try file.bytes(position..<position + 8)
            let type = word(tag[0..<4], isBig)
            let length = word(tag[4..<8], isBig)
            // A matrix, or one that is compressed.
            guard type == 14 || type == 15 else {
                throw malformed(
                    content, "at byte \(position) is an element of type \(type), no variable")
            }
            guard length <= file.byteCount - position - 8 else { throw cutOff(content, position) }
            let body = position + 8..<position + 8 + length
            let head =
                type == 14
                ? try file.bytes(body.prefix(MatElement.headLength))[...]
                : MatElement.inflate(try file.bytes(body)).dropFirst(8)
            elements.append(
                MatElement(
                    range: position..<body.upperBound, head: head, isBigEndian: isBig))
            guard elements.count <= 10_000 else {
                throw malformed(content, "it has more than 10000 variables")
            }
            position = body.upperBound
        }
        return elements
    }

    /// A copy with the header and these variables alone.
    static func copy(
        _ elements: [MatElement], of file: ByteFile, _ content: SignalContent
    ) throws(SignalError) -> SignalContent {
        do throws(ArchiveFailure) {
            let copy = try MemberCopy()
            for range in [0..<128] + elements.map(\.range) {
                for start in stride(from: range.lowerBound, to: range.upperBound, by: 1 << 20) {
                    let end = min(start + (1 << 20), range.upperBound)
                    let bytes: [UInt8]
                    do throws(SignalError) {
                        bytes = try file.bytes(start..<end)
                    } catch {
                        throw ArchiveFailure(error)
                    }
                    try bytes.withUnsafeBufferPointer { bytes throws(ArchiveFailure) in
                        try copy.write(UnsafeRawBufferPointer(bytes))
                    }
                }
            }
            return SignalContent(path: content.path, copy: copy)
        } catch {
            throw error.cause.map(content.error) ?? malformed(content, error.text)
        }
    }

    private static func word(_ bytes: ArraySlice<UInt8>, _ isBig: Bool) -> Int {
        isBig
            ? bytes.reduce(0) { $0 << 8 | Int($1) }
            : bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func cutOff(_ content: SignalContent, _ position: Int) -> SignalError {
        malformed(content, "the variable at byte \(position) is cut off")
    }

    private static func malformed(_ content: SignalContent, _ text: String) -> SignalError {
        content.error(.malformed(format: "a .mat file", text))
    }
}
