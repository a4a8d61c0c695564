import EchoFormats

/// What is in a file of rows, found in one pass over its bytes.
package struct TableContent: Sendable {
    package let rowCount: Int
    package let width: Int
    package let byteCount: Int
    /// In hexadecimal digits, as `sha256sum` prints it.
    package let sha256: String
    /// The first row with a value that is NaN or infinite; nil if there is none.
    package let notFiniteRow: Int?

    /// Reads a table of a folder in parts, or an array of a folder of files.
    ///
    /// - Throws: ``StoreError`` if there is no such file, or its header does not fit its bytes.
    package init(path: String, level: EmbeddingFiles.Level) throws(StoreError) {
        let table = try TableFile(path: path, name: level.rawValue)
        (rowCount, width) = (table.rowCount, table.width)
        var hash = SHA256()
        let header = try table.header()
        hash.update(header)
        var row = 0
        var notFinite: Int?
        let rowByteCount = table.width * table.element.byteCount
        try table.forEachPiece(of: 0..<table.rowCount) { bytes throws(StoreError) in
            hash.update(bytes)
            guard rowByteCount > 0 else { return }
            if notFinite == nil, let place = table.element.firstNotFinite(in: bytes) {
                notFinite = row + place * table.element.byteCount / rowByteCount
            }
            row += bytes.count / rowByteCount
        }
        byteCount = header.count + table.rowCount * rowByteCount
        (sha256, notFiniteRow) = (hash.finalize().hexadecimalDigits, notFinite)
    }
}

extension ArrayElement {
    /// The place of the first value that is NaN or infinite: whose exponent has all its bits.
    fileprivate func firstNotFinite(in bytes: UnsafeRawBufferPointer) -> Int? {
        switch self {
        case .float32:
            let values = bytes.bindMemory(to: UInt32.self)
            return values.firstIndex { $0 & 0x7F80_0000 == 0x7F80_0000 }
        case .float16:
            let values = bytes.bindMemory(to: UInt16.self)
            return values.firstIndex { $0 & 0x7C00 == 0x7C00 }
        }
    }
}
