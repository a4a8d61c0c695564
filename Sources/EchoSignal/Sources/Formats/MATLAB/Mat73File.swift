import CMatIO
import EchoFormats
import Foundation

/// A MATLAB file of version 7.3: HDF5, through libmatio.
///
/// HDF5 checks itself, up to what a header says of numbers that are not there.
final class Mat73File {
    fileprivate let content: SignalContent
    fileprivate let byteCount: Int
    fileprivate let options: ArrayOptions
    fileprivate let handle: OpaquePointer

    private static let variableLimit = 10_000

    /// - Throws: ``SignalError`` where libmatio cannot open it.
    init(
        _ content: SignalContent, _ byteCount: Int, _ options: ArrayOptions
    ) throws(SignalError) {
        Self.silenceHDF5()
        guard let handle = Mat_Open(content.location, Int32(MAT_ACC_RDONLY.rawValue)) else {
            throw MatFile.malformed(content, "libmatio cannot open it")
        }
        self.handle = handle
        (self.content, self.byteCount, self.options) = (content, byteCount, options)
    }

    deinit { Mat_Close(handle) }

    /// Its variables. They keep the file open.
    func variables() throws(SignalError) -> [MatPath.Place] {
        var variables: [MatPath.Place] = []
        while let info = Mat_VarReadNextInfo(handle) {
            let value = Mat73Value(info, owner: .variable(self))
            let name = info.pointee.name.map { String(cString: $0) } ?? ""
            variables.append(MatPath.Place(path: name, value: value))
            guard variables.count <= Self.variableLimit else {
                throw MatFile.malformed(
                    content, "it has more than \(Self.variableLimit) variables")
            }
        }
        return variables
    }

    /// HDF5 writes a trace of its calls to stderr for everything that fails, unless each thread asks it
    /// not to; the error that is thrown says it. libmatio has no switch for it.
    private static func silenceHDF5() {
        typealias SetAuto = @convention(c) (Int64, OpaquePointer?, OpaquePointer?) -> Int32
        guard let symbol = dlsym(nil, "H5Eset_auto2") else { return }
        // Of the default stack, to no function.
        _ = unsafeBitCast(symbol, to: SetAuto.self)(0, nil, nil)
    }
}

/// A value of a version 7.3 file, its numbers unread.
final class Mat73Value: MatValue {
    /// What must outlive it, as libmatio's memory is there.
    enum Owner {
        case variable(Mat73File)
        case member(Mat73Value)
    }

    let kind: MatKind
    let dimensions: [Int]
    private let info: UnsafeMutablePointer<matvar_t>
    private let owner: Owner

    /// Numbers that are read at a time: more from step to step, so that a header that lies about their
    /// number is found out before much is taken.
    private static let pieceLengths = (first: 1 << 20, most: 1 << 24)

    /// Takes what libmatio says of a variable, which is freed in the end, or of a member of one.
    init(_ info: UnsafeMutablePointer<matvar_t>, owner: Owner) {
        (self.info, self.owner) = (info, owner)
        let rank = info.pointee.dims == nil ? 0 : min(64, max(0, Int(info.pointee.rank)))
        dimensions = (0..<rank).map { Int(clamping: info.pointee.dims[$0]) }
        kind = Self.kind(info)
    }

    deinit { if case .variable = owner { Mat_VarFree(info) } }

    private var file: Mat73File {
        switch owner {
        case .variable(let file): file
        case .member(let value): value.file
        }
    }

    private static func kind(_ info: UnsafeMutablePointer<matvar_t>) -> MatKind {
        let number = Int(info.pointee.class_type.rawValue)
        switch info.pointee.class_type {
        case MAT_C_CELL: return info.pointee.data == nil ? .other("empty cell") : .cell
        case MAT_C_STRUCT:
            guard let names = Mat_VarGetStructFieldnames(info), info.pointee.data != nil else {
                return .other("empty struct")
            }
            let count = Int(Mat_VarGetNumberOfFields(info))
            return .structure((0..<count).map { names[$0].map { String(cString: $0) } ?? "" })
        default: break
        }
        if info.pointee.isComplex != 0 { return .other("complex") }
        if info.pointee.isLogical != 0 { return .other("logical") }
        let others = [
            0: "empty", 3: "object", 4: "char", 5: "sparse", 16: "function", 17: "object",
        ]
        return MatClass(number: number).map(MatKind.numbers)
            ?? .other(others[number] ?? "of class \(number)")
    }

    func member(field: Int, element: Int) throws(SignalError) -> any MatValue {
        var member: UnsafeMutablePointer<matvar_t>?
        // What libmatio made room for is what it has read.
        if element < Int(info.pointee.nbytes) / MemoryLayout<OpaquePointer>.size {
            member =
                kind == .cell
                ? Mat_VarGetCell(info, Int32(clamping: element))
                : Mat_VarGetStructFieldByIndex(info, field, element)
        }
        guard let member else {
            throw MatFile.malformed(file.content, "a member that it claims is not there")
        }
        return Mat73Value(member, owner: .member(self))
    }

    /// Copies the numbers out: HDF5 is done with once they are chosen.
    func numbers(name: String) throws(SignalError) -> NumberArray {
        let content = file.content
        guard case .numbers(let type) = kind else {
            throw MatFile.malformed(content, "\(name) is \(kind.description)")
        }
        // zlib makes 1032 bytes of one at most; whatever a header says beyond that is a lie.
        guard elementCount / ZlibStream.greatestRatio <= file.byteCount else {
            throw MatFile.malformed(
                content,
                "\(name) is said to hold \(elementCount) numbers in a file of \(file.byteCount) bytes"
            )
        }
        let copy = try MemberCopy.make(for: content)
        var (place, size) = (0, Self.pieceLengths.first)
        while place < elementCount {
            let count = min(size, elementCount - place)
            var piece = [UInt8](repeating: 0, count: count * type.byteCount)
            let status = piece.withUnsafeMutableBytes {
                Mat_VarReadDataLinear(
                    file.handle, info, $0.baseAddress, Int32(clamping: place), 1,
                    Int32(clamping: count))
            }
            guard status == 0 else {
                throw MatFile.malformed(
                    content, "\(name) ends after about \(place) of its \(elementCount) numbers")
            }
            try piece.withUnsafeBufferPointer { piece throws(SignalError) in
                try copy.append(UnsafeRawBufferPointer(piece), for: content)
            }
            place += count
            size = min(2 * size, Self.pieceLengths.most)
        }
        let copied = SignalContent(path: content.path, copy: copy)
        return NumberArray(
            content: copied, file: try ByteFile(copied), format: type.format(file.options),
            start: 0, dimensions: dimensions, isFortranOrder: true, name: name)
    }
}
