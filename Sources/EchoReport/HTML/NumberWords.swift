import EchoFormats

extension Int {
    /// `12,345`.
    package var grouped: String {
        let digits = String(magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return self < 0 ? "-" + text : text
    }

    /// `1 recording`, `2 recordings`.
    func counted(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }
}

extension Double {
    /// With four digits that count: `0.1234`.
    var shortText: String { formatted(significantDigits: 4) }

    /// Seconds as people say them: `160 ms`, `9.5 s`, `3 min 20 s`, `41 h`.
    package var durationText: String {
        switch self {
        case ..<0.9995: "\((self * 1000).formatted(significantDigits: 3)) ms"
        case ..<99.95: "\(formatted(significantDigits: 3)) s"
        case ..<5999.5:
            "\(Int(rounded()) / 60) min"
                + (Int(rounded()) % 60 == 0 ? "" : " \(Int(rounded()) % 60) s")
        case ..<360_000: "\((self / 3600).formatted(significantDigits: 3)) h"
        default: "\(Int((self / 3600).rounded()).grouped) h"
        }
    }
}

extension ReportRecording {
    /// Its name as a page shows it, with its channel.
    var name: String { channel.map { "\(id), channel \($0)" } ?? id }
}
