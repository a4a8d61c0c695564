/// A share as a row of characters.
enum ProgressBar {
    /// - Parameters:
    ///   - share: 0 to 1.
    ///   - width: Columns between the brackets.
    static func text(_ share: Double, width: Int) -> String {
        let filled = min(width, max(0, Int(share * Double(width))))
        return "[" + String(repeating: "#", count: filled)
            + String(repeating: "-", count: width - filled) + "]"
    }
}
