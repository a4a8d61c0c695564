/// What is left of a page's bytes.
struct PageBudget {
    private(set) var left: Int
    /// True once something did not fit.
    private(set) var isSpent = false

    /// - Parameter left: May be below 0.
    init(left: Int) { self.left = left }

    /// Takes bytes if there are as many.
    mutating func take(_ byteCount: Int) -> Bool {
        guard byteCount <= left else {
            isSpent = true
            return false
        }
        left -= byteCount
        return true
    }
}
