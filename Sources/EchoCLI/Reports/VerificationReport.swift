import EchoExtract
import EchoFormats
import EchoTensor
import EchoVerify

/// A verification as text.
enum VerificationReport {
    static func lines(_ verification: DeviceVerification) -> [String] {
        var table = TextTable([
            .left("operation"), .left("shape"), .right("max error"), .right("allowed"),
            .right("used"), .left("ok"),
        ])
        for check in verification.checks {
            table.append([
                check.name, check.shape, number(check.comparison.maximumError),
                "\(check.tolerance)", check.comparison.usedShare.formatted(decimals: 2),
                check.passes ? "yes" : "NO",
            ])
        }
        return table.lines + [conclusion(verification)]
    }

    private static func conclusion(_ verification: DeviceVerification) -> String {
        let failed = verification.checks.filter { !$0.passes }
        guard let first = failed.first else {
            return "All \(verification.checks.count) checks agree with the CPU path."
        }
        return "\(failed.count) of \(verification.checks.count) checks fail. The first: \(first)"
    }

    private static func number(_ value: Double) -> String { value.formattedAsPower(decimals: 1) }
}
