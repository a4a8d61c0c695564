/// How many rows a device is given at a time.
package enum BlockSize {
    /// Bytes of a block: large enough that a launch costs nothing beside it.
    package static let usual = 64 << 20

    /// Rows of a group of products: what one core of the CPU path computes.
    static let groupRows = 256

    static func rows(byteCount: Int, width: Int) -> Int {
        let rows = byteCount / max(4 * width, 1)
        return max(rows / groupRows * groupRows, min(max(rows, 1), groupRows))
    }
}
