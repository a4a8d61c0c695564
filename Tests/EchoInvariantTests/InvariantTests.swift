import EchoInvariant
import Testing

/// What a broken invariant leaves, in whatever mode the tests were built.
@Suite(.timeLimit(.minutes(20))) struct InvariantTests {
    @Test func aBrokenInvariantPrintsItsMessage() async throws {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            invariant(1 > 2, "one is \(1)")
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("a mistake in echo-gpu"))
        #expect(text.contains("one is 1"))
        #expect(text.contains("InvariantTests.swift"))
    }

    @Test func whatHoldsGoesOn() {
        invariant(2 > 1, "two is less")
    }
}
