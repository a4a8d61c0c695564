import EchoFormats

/// Numbers of bytes as people read them, in powers of 1000.
enum ByteText {
    /// `12.3`.
    static func megabytes(_ count: Int) -> String { (Double(count) / 1e6).formatted(decimals: 1) }

    /// `1.2 of 12.0 GB`: both in the unit of the larger one.
    static func pair(_ count: Int, of total: Int) -> String {
        let units = ["kB", "MB", "GB", "TB", "PB"]
        var (unit, size) = (0, 1e3)
        while unit < units.count - 1, Double(total) >= 1000 * size {
            size *= 1000
            unit += 1
        }
        let numbers = [count, total].map { (Double($0) / size).formatted(decimals: 1) }
        return "\(numbers[0]) of \(numbers[1]) \(units[unit])"
    }
}
