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

    /// What to call a row in an error: its file and its number in there, if it has one.
    func name(ofRow row: Int) -> String
}

extension RowSource {
    package func name(ofRow row: Int) -> String { "row \(row)" }

    /// What a caller throws that finds a value in a row which is not a finite number.
    package func notFinite(row: Int) -> StoreError {
        StoreError(
            path: name(ofRow: row),
            .damagedRows("it holds a value that is not a finite number"))
    }
}
