extension StringProtocol {
    /// Without the white space, line breaks among it, at both ends.
    package var trimmed: String { trimmed { $0.properties.isWhitespace } }

    /// Without the code points at both ends for which `isUnwanted` holds.
    ///
    /// By code points: a line break that follows a carriage return is one character with it.
    package func trimmed(_ isUnwanted: (Unicode.Scalar) -> Bool) -> String {
        var rest = String(self).unicodeScalars[...]
        while let first = rest.first, isUnwanted(first) { rest.removeFirst() }
        while let last = rest.last, isUnwanted(last) { rest.removeLast() }
        return String(rest)
    }
}
