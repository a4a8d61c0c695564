/// What comes before the dictionary of an NPY file: the magic, the version, and how long it is.
package struct NPYPreamble {
    /// Where the dictionary's text lies in the file; the values follow.
    package let textRange: Range<Int>

    /// Bytes that a preamble has at most.
    package static let longest = NPYHeader.magic.count + 6

    /// - Parameters:
    ///   - bytes: The first bytes of the file, ``longest`` of them if there are so many.
    ///   - byteCount: The file's size, which the dictionary cannot exceed.
    /// - Throws: ``NPYHeaderParser/Failure`` if it is none.
    package init(
        _ bytes: some RandomAccessCollection<UInt8>, byteCount: Int
    ) throws(NPYHeaderParser.Failure) {
        let bytes = Array(bytes.prefix(Self.longest))
        let magic = NPYHeader.magic
        guard bytes.count >= magic.count + 4, bytes.starts(with: magic) else {
            throw NPYHeaderParser.Failure("it does not start as one")
        }
        let (major, minor) = (bytes[magic.count], bytes[magic.count + 1])
        guard (1...3).contains(major), minor == 0 else {
            throw NPYHeaderParser.Failure("its version is \(major).\(minor)")
        }
        let start = magic.count + 2 + (major == 1 ? 2 : 4)
        guard bytes.count >= start else {
            throw NPYHeaderParser.Failure("its header is cut off")
        }
        let length = bytes[magic.count + 2..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= byteCount - start else {
            throw NPYHeaderParser.Failure("its header is cut off")
        }
        textRange = start..<start + length
    }
}
