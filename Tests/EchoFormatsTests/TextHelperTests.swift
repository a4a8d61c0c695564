import EchoFormats
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct TextHelperTests {
    private static let values: [Double] = [
        0, -0.0, 1, -1, 0.05, 0.15, 2.5, 1234567.891, 1e-7, 123456789, 1e300, -1e-300,
        .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, .nan,
    ]

    @Test(arguments: values) func numbersAreThoseOfPrintf(value: Double) {
        for decimals in [0, 1, 2, 6] {
            #expect(
                value.formatted(decimals: decimals) == String(format: "%.\(decimals)f", value))
        }
        #expect(value.formattedAsPower(decimals: 1) == String(format: "%.1e", value))
        #expect(value.formatted(significantDigits: 7) == String(format: "%.7g", value))
    }

    @Test func bytesAsDigits() {
        #expect([0, 9, 16, 0xAB, 0xFF].hexadecimalDigits == "000910abff")
    }

    @Test(arguments: [
        ("", ""), (" \t\r\n ", ""), ("a b", "a b"), ("\r\n a\u{A0}", "a"),
        ("\u{301}a ", "\u{301}a"),
    ])
    func whiteSpaceIsTrimmedAtTheEnds(text: String, trimmed: String) {
        #expect(text.trimmed == trimmed)
        #expect("x\(text)x".trimmed { $0 == "x" } == text)
    }

    @Test func aFileThatIsNotThereInTheSystemsWords() {
        let error = #expect(throws: (any Error).self) {
            try Data(contentsOf: URL(fileURLWithPath: "/no/such/file"))
        }
        #expect(error?.systemReason == "No such file or directory")
    }
}
