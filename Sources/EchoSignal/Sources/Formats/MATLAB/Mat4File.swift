import EchoFormats

/// A MATLAB file of version 4: matrices one after the other, with 20 bytes before each.
///
/// It has no types but double; what it stores in fewer bytes is a double too, and no fraction.
enum Mat4File {
    private static let headerLength = 20
    private static let variableLimit = 10_000
    /// What its numbers are stored as, by their code.
    private static let formats: [(SampleFormat.Kind, Int)] = [
        (.float, 8), (.float, 4), (.signed, 4), (.signed, 2), (.unsigned, 2), (.unsigned, 1),
    ]

    /// - Throws: ``SignalError`` if it is no such file, or a matrix does not fit it.
    static func variables(
        _ file: ByteFile, _ content: SignalContent
    ) throws(SignalError) -> [MatPath.Place] {
        var (variables, position) = ([MatPath.Place](), 0)
        while position < file.byteCount {
            func cutOff() -> SignalError {
                MatFile.malformed(content, "the variable at byte \(position) is cut off")
            }
            guard file.byteCount - position >= headerLength else { throw cutOff() }
            let header = try file.bytes(position..<position + headerLength)
            // Thousands for the machine, hundreds are zero, tens for the type, ones for the kind.
            let isBig = word(header, 0, isBig: false) > 9999
            let code = word(header, 0, isBig: isBig)
            let (machine, type, kind) = (code / 1000, code / 10 % 10, code % 10)
            guard code <= 1999, code / 100 % 10 == 0, formats.indices.contains(type),
                (0...2).contains(kind), machine == 0 || machine == 1
            else {
                throw MatFile.malformed(
                    content, "at byte \(position) is not a variable of IEEE numbers, but \(code)")
            }
            let (kindOfNumber, size) = formats[type]
            let dimensions = [word(header, 4, isBig: isBig), word(header, 8, isBig: isBig)]
            let isComplex = word(header, 12, isBig: isBig) != 0
            let nameLength = word(header, 16, isBig: isBig)
            let start = position + headerLength + nameLength
            let parts = isComplex ? 2 : 1
            let room = max(0, file.byteCount - start) / size / parts
            guard start <= file.byteCount, dimensions.elementCount <= room else { throw cutOff() }
            guard (1...1024).contains(nameLength) else {
                throw MatFile.malformed(
                    content, "the variable at byte \(position) has a name of \(nameLength) bytes")
            }
            let name = try file.bytes(start - nameLength..<start).prefix { $0 != 0 }
            let array = NumberArray(
                content: content, file: file,
                format: SampleFormat(
                    kindOfNumber, byteCount: size, isBigEndian: machine == 1,
                    scale: .unscaled),
                start: start, dimensions: dimensions, isFortranOrder: true, name: "")
            let other = kind == 1 ? "char" : kind == 2 ? "sparse" : isComplex ? "complex" : nil
            variables.append(
                MatPath.Place(
                    path: String(decoding: name, as: UTF8.self), value: Mat4Value(array, other)))
            guard variables.count <= variableLimit else {
                throw MatFile.malformed(content, "it has more than \(variableLimit) variables")
            }
            position = start + dimensions.elementCount * size * parts
        }
        return variables
    }

    /// An unsigned number of 32 bits.
    private static func word(_ bytes: [UInt8], _ place: Int, isBig: Bool) -> Int {
        let word = bytes[place..<place + 4]
        return isBig
            ? word.reduce(0) { $0 << 8 | Int($1) }
            : word.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}

/// A matrix of a version 4 file.
final class Mat4Value: MatValue {
    let kind: MatKind
    private let array: NumberArray

    /// - Parameter other: What it is where it is no signal.
    init(_ array: NumberArray, _ other: String?) {
        self.array = array
        kind = other.map(MatKind.other) ?? .numbers(.double)
    }

    var dimensions: [Int] { array.dimensions }

    func member(field: Int, element: Int) throws(SignalError) -> any MatValue { self }

    func numbers(name: String) throws(SignalError) -> NumberArray { array.named(name) }
}
