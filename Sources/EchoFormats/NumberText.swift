import Glibc

// Numbers as C's printf writes them and strtod reads them, with a point whatever the locale is: this code may run in a process that
// is not ours, whose locale has a comma.

extension Double {
    /// With this many digits behind the point: `%.2f`.
    package func formatted(decimals: Int) -> String { text("%.\(decimals)f") }

    /// One digit, this many behind the point, and an exponent: `%.1e`.
    package func formattedAsPower(decimals: Int) -> String { text("%.\(decimals)e") }

    /// With this many digits that count, and an exponent if it is shorter: `%.7g`.
    package func formatted(significantDigits: Int) -> String { text("%.\(significantDigits)g") }

    private func text(_ format: String) -> String {
        withVaList([self]) { arguments in
            // The longest number without an exponent has 309 digits before the point.
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
                guard let start = buffer.baseAddress else { return "\(self)" }
                _ = withPlainLocale { vsnprintf(start, buffer.count, format, arguments) }
                return String(cString: start)
            }
        }
    }
}

/// Runs `work`, during which C's functions write and read numbers with a point on this thread.
package func withPlainLocale<Answer>(_ work: () -> Answer) -> Answer {
    let before = uselocale(plainLocale)
    defer { uselocale(before) }
    return work()
}

/// C's own locale. Never freed, and never changed.
private nonisolated(unsafe) let plainLocale = newlocale(1 << LC_NUMERIC, "C", nil)

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits for each byte.
    package var hexadecimalDigits: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
