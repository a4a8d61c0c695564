/// Ends the program where what must hold by our own construction does not, and prints why, in release
/// builds too. For input that may be bad there are errors.
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

/// Ends the program and prints why: what is never reached was.
@usableFromInline
package func invariantFailure(
    _ message: String, file: StaticString = #fileID, line: UInt = #line
) -> Never {
    fatalError("a mistake in echo-gpu; please report it: \(message)", file: file, line: line)
}
