import COpenCL

/// One of the `clGet…Info` functions, bound to its object and parameter: size of the destination,
/// the destination, and where to write the size of the answer.
typealias InfoQuery = (Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> cl_int

/// An answer of fixed size.
func info<T: BitwiseCopyable>(
    _ name: String, of subject: @autoclosure () -> String? = nil, startingAs initial: T,
    _ query: InfoQuery
) throws(OpenCLError) -> T {
    var value = initial
    try call(name, of: subject()) {
        withUnsafeMutablePointer(to: &value) { query(MemoryLayout<T>.size, $0, nil) }
    }
    return value
}

/// An answer that is a list: asked once for its size and once for itself.
func infoList<T: BitwiseCopyable>(
    _ name: String, of subject: @autoclosure () -> String? = nil, repeating zero: T,
    _ query: InfoQuery
) throws(OpenCLError) -> [T] {
    var byteCount = 0
    try call(name, of: subject()) { query(0, nil, &byteCount) }
    guard byteCount > 0 else { return [] }
    var values = [T](repeating: zero, count: byteCount / MemoryLayout<T>.stride)
    try call(name, of: subject()) {
        values.withUnsafeMutableBytes { query($0.count, $0.baseAddress, nil) }
    }
    return values
}

/// An answer that is text, without its final NUL and the blanks that some drivers put around it.
func infoText(
    _ name: String, of subject: @autoclosure () -> String? = nil, _ query: InfoQuery
) throws(OpenCLError) -> String {
    let bytes: [UInt8] = try infoList(name, of: subject(), repeating: 0, query)
    let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    return text.trimmingBlanks()
}

extension String {
    /// The text without blanks and line ends at its two ends.
    func trimmingBlanks() -> String {
        let start = drop { $0.isWhitespace }
        let end = start.lastIndex { !$0.isWhitespace }
        return end.map { String(start[...$0]) } ?? ""
    }
}
