/// Rows of one width that are read in pieces: a table on disk, or memory.
package protocol RowSource: Sendable {
    /// Values of a row: N*D.
    var width: Int { get }
    var rowCount: Int { get }

    /// Writes rows as float32 to `destination`, one after the other.
    ///
    /// - Parameters:
    ///   - rows: Within `0 ..< rowCount`.
    ///   - destination: Room for `rows.count * width` values.
    func read(
        _ rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
    ) throws(StoreError)
}
