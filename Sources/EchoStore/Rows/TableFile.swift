import EchoFormats
import Glibc

/// A file of rows, open for reading: a table of a folder in parts, or an array of a folder of files.
///
/// It is read, never mapped: others may shorten it meanwhile. Every size in its header is checked
/// against the file's own.
final class TableFile: Sendable {
    let width: Int
    let rowCount: Int
    let format: ArrayFormat
    let element: ArrayElement
    private let path: String
    private let descriptor: Int32
    /// Where the values start, in bytes.
    private let start: Int

    /// Opens a file whose one array is called `name`, where its format names arrays.
    ///
    /// - Throws: ``StoreError`` if it cannot be opened or holds no rows of float32 or float16.
    init(path: String, name: String) throws(StoreError) {
        // Non-blocking, so that a pipe is refused below and does not wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            // The manifest names it: a folder without it is damaged.
            throw errno == ENOENT
                ? StoreError(path: path, .lostRows)
                : StoreError(path: path, .system(.open, errno))
        }
        do throws(StoreError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                throw StoreError(path: path, .damagedRows("it is not a regular file"))
            }
            let bytes = FileBytes(path: path, descriptor: descriptor, count: Int(status.st_size))
            format = path.hasSuffix(".safetensors") ? .safetensors : .npy
            let array =
                format == .safetensors
                ? try SafetensorsArray.read(bytes, name: name) : try NPYArray.read(bytes)
            let dimensions = array.dimensions
            guard dimensions.count == 1 || dimensions.count == 2 else {
                throw StoreError(path: path, .damagedRows("its shape is \(dimensions)"))
            }
            (rowCount, width) = (dimensions.count == 1 ? 1 : dimensions[0], dimensions.last ?? 0)
            (element, start) = (array.element, array.start)
            let (count, overflow) = rowCount.multipliedReportingOverflow(by: width)
            let held = bytes.count - start
            guard !overflow, count <= held / element.byteCount, count * element.byteCount == held
            else {
                throw StoreError(
                    path: path,
                    .damagedRows("the shape \(dimensions) does not fit its \(held) bytes of data"))
            }
        } catch {
            close(descriptor)
            throw error
        }
        (self.path, self.descriptor) = (path, descriptor)
    }

    deinit { close(descriptor) }

    /// The bytes before the first value.
    func header() throws(StoreError) -> [UInt8] {
        try FileBytes(path: path, descriptor: descriptor, count: .max).bytes(0..<start)
    }

    /// Requires that the file has this SHA-256.
    ///
    /// - Throws: ``StoreError`` if it has another.
    func require(sha256 recorded: String) throws(StoreError) {
        let found = try FileHash.sha256(descriptor, path: path)
        guard found == recorded else {
            throw StoreError(path: path, .otherHash(recorded: recorded, found: found))
        }
    }

    /// Calls `body` with the bytes of rows as they lie in the file, some of them at a time.
    ///
    /// - Parameter rows: Within `0 ..< rowCount`.
    func forEachPiece(
        of rows: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        let rowByteCount = width * element.byteCount
        let bytes = FileBytes(path: path, descriptor: descriptor, count: .max)
        let step = max(1, (4 << 20) / max(1, rowByteCount))
        var row = rows.lowerBound
        while row < rows.upperBound {
            let first = start + row * rowByteCount
            let count = min(step, rows.upperBound - row)
            let piece = try bytes.bytes(first..<first + count * rowByteCount)
            try piece.withUnsafeBufferPointer { piece throws(StoreError) in
                try body(UnsafeRawBufferPointer(piece))
            }
            row += count
        }
    }

    /// Reads rows as float32.
    ///
    /// - Parameter rows: Within `0 ..< rowCount`.
    func read(
        _ rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
    ) throws(StoreError) {
        let count = rows.count * width
        let first = start + rows.lowerBound * width * element.byteCount
        let bytes = FileBytes(path: path, descriptor: descriptor, count: .max)
        let target = UnsafeMutableBufferPointer(rebasing: destination[..<count])
        guard element == .float16 else {
            try bytes.read(from: first, into: UnsafeMutableRawBufferPointer(target))
            return
        }
        // The halves lie in the second half of their place, and are widened from the front.
        let raw = UnsafeMutableRawBufferPointer(target)
        let halves = UnsafeMutableRawBufferPointer(rebasing: raw[(2 * count)...])
        try bytes.read(from: first, into: halves)
        for index in 0..<count {
            target[index] = Float(halves.loadUnaligned(fromByteOffset: 2 * index, as: Float16.self))
        }
    }
}

/// What the header of a file says of its one array.
struct ArrayHeader {
    let element: ArrayElement
    let dimensions: [Int]
    /// Where the values start, in bytes.
    let start: Int
}

/// The bytes of an open file.
struct FileBytes {
    let path: String
    let descriptor: Int32
    let count: Int

    /// The bytes of a range within the file.
    func bytes(_ range: Range<Int>) throws(StoreError) -> [UInt8] {
        var failure: StoreError?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            do throws(StoreError) {
                try read(from: range.lowerBound, into: UnsafeMutableRawBufferPointer(buffer))
                filled = range.count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Fills `destination` with the bytes from `offset` on.
    func read(
        from offset: Int, into destination: UnsafeMutableRawBufferPointer
    ) throws(StoreError) {
        var done = 0
        while done < destination.count {
            let count = pread(
                descriptor, destination.baseAddress?.advanced(by: done), destination.count - done,
                off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StoreError(path: path, .system(.read, errno)) }
            guard count > 0 else {
                throw StoreError(path: path, .damagedRows("it became shorter while it was read"))
            }
            done += count
        }
    }
}
