/// The outline of a MATLAB file, looked at before libmatio is: what it would not notice, that a file
/// is cut off.
enum MatLayout {
    /// Walks over the variables of a v5 file by their lengths; other versions pass, as HDF5 checks
    /// itself.
    ///
    /// - Throws: ``SignalError`` where it is no MATLAB file, or a variable does not fit the file.
    static func check(_ file: ByteFile, _ content: SignalContent) throws(SignalError) {
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
            return
        }
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
            position += 8 + length
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
