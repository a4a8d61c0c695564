/// Ends the program if something is false that this program itself guarantees, and prints why, in
/// release builds too. For bad input there are errors.
///
/// Swift's `precondition` prints nothing where a program is optimised: a user sees "Illegal
/// instruction", and nobody can tell which.
@inlinable
package func invariant(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
    file: StaticString = #fileID, line: UInt = #line
) {
    guard !condition() else { return }
    invariantFailure(message(), file: file, line: line)
}

/// Ends the program and prints why: code was reached that never should be.
@usableFromInline
package func invariantFailure(
    _ message: String, file: StaticString = #fileID, line: UInt = #line
) -> Never {
    fatalError("a mistake in echo-gpu; please report it: \(message)", file: file, line: line)
}
