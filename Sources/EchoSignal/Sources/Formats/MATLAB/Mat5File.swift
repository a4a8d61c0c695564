/// The variables of a MATLAB file of version 5, as v6 and v7 are too.
enum Mat5File {
    private static let headerLength = 128
    private static let variableLimit = 10_000

    /// - Throws: ``SignalError`` if a variable does not fit the file.
    static func variables(
        _ file: ByteFile, _ content: SignalContent, _ options: ArrayOptions
    ) throws(SignalError) -> [MatPath.Place] {
        let isBig = try file.bytes(126..<128).elementsEqual("MI".utf8)
        var (variables, position) = ([MatPath.Place](), headerLength)
        while position < file.byteCount {
            func cutOff() -> SignalError {
                MatFile.malformed(content, "the variable at byte \(position) is cut off")
            }
            guard file.byteCount - position >= Mat5Header.Tag.length else { throw cutOff() }
            let bytes = try file.bytes(position..<position + Mat5Header.Tag.length)
            let tag = Mat5Header.Tag(bytes, isBigEndian: isBig)
            guard [Mat5Value.matrix, Mat5Value.compressed].contains(tag.type) else {
                throw MatFile.malformed(
                    content, "at byte \(position) is an element of type \(tag.type), no variable")
            }
            guard tag.data.upperBound <= file.byteCount - position else { throw cutOff() }
            let body = position + tag.data.lowerBound..<position + tag.data.upperBound
            let place = Mat5Value.Place(content: content, file: file, range: body)
            let value = try Mat5Value(
                place, isCompressed: tag.type == Mat5Value.compressed, isBigEndian: isBig, options)
            // Without a name it is MATLAB's own.
            if !value.name.isEmpty { variables.append(.init(path: value.name, value: value)) }
            guard variables.count <= variableLimit else {
                throw MatFile.malformed(content, "it has more than \(variableLimit) variables")
            }
            position = body.upperBound
        }
        return variables
    }
}
