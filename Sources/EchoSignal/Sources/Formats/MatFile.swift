import CMatIO
import EchoFormats
import Foundation
import Synchronization

/// The signal in a MATLAB file: v5, v7 and v7.3, through libmatio.
///
/// A vector, or a matrix whose longer extent is time. Held in memory: libmatio has no stream.
enum MatFile {
    /// HDF5, beneath libmatio, is not to be called from two threads at once.
    private static let library = Mutex(())
    private static let format = "a .mat file"
    private static let channelLimit = 4096

    /// - Parameters:
    ///   - key: The variable's name, perhaps with `*` and `?`; nil for `*_DE_time`, as CWRU's
    ///     bearing data name the drive end, or the only vector of numbers.
    ///   - sampleRate: Hz.
    /// - Throws: ``SignalError`` where there is no such variable, or more than one.
    static func read(
        _ content: SignalContent, _ key: String?, _ sampleRate: Int
    ) throws(SignalError) -> any SampleSource {
        let file = try ByteFile(content)
        let elements = try MatLayout.elements(file, content) ?? []
        let others = elements.filter { !$0.isPlain }
        var readable = content
        if !others.isEmpty {
            readable = try MatLayout.copy(elements.filter(\.isPlain), of: file, content)
        }
        let signal = try library.withLock { _ throws(SignalError) in
            silenceHDF5()
            return try open(readable, key, others.map(\.description), file.byteCount)
        }
        return MemorySource(
            signal.samples, channels: signal.channels, sampleRate: sampleRate, name: content.path)
    }

    /// HDF5 writes a trace of its calls to stderr for everything that fails, unless each thread asks it
    /// not to; the error that is thrown says it. libmatio has no switch for it, nor Debian's its headers.
    private static func silenceHDF5() {
        typealias SetAuto = @convention(c) (Int64, OpaquePointer?, OpaquePointer?) -> Int32
        guard let symbol = dlsym(nil, "H5Eset_auto2") else { return }
        // Of the default stack, to no function.
        _ = unsafeBitCast(symbol, to: SetAuto.self)(0, nil, nil)
    }

    private static func open(
        _ content: SignalContent, _ key: String?, _ others: [String], _ byteCount: Int
    ) throws(SignalError) -> (samples: [Float], channels: Int) {
        guard let file = Mat_Open(content.location, Int32(MAT_ACC_RDONLY.rawValue)) else {
            throw malformed(content, "libmatio cannot open it")
        }
        defer { Mat_Close(file) }
        var variables: [MatVariable] = []
        while let info = Mat_VarReadNextInfo(file) {
            variables.append(MatVariable(info))
            guard variables.count <= 10_000 else {
                throw malformed(content, "it has more than 10000 variables")
            }
        }
        let chosen = try choose(variables, key, others, content)
        guard chosen.elementCount > 0 else { throw content.error(.empty) }
        // zlib makes 1032 bytes of one at most; whatever a header says beyond that is a lie.
        guard chosen.elementCount / 1032 <= byteCount else {
            throw malformed(
                content,
                "\(quoted(chosen.name)) is said to hold \(chosen.elementCount) numbers in a file of "
                    + "\(byteCount) bytes")
        }
        let (samples, channels) = (chosen.dimensions.max() ?? 0, chosen.dimensions.min() ?? 0)
        guard channels == 1 || (channels < samples && channels <= channelLimit) else {
            throw malformed(
                content,
                "the shape \(chosen.dimensions) of \(quoted(chosen.name)) does not tell time, the "
                    + "longer extent, from channels")
        }
        let values = try chosen.read(file, content)
        // MATLAB's order is Fortran's: the first extent runs fastest.
        guard channels > 1, chosen.dimensions[0] == samples else { return (values, channels) }
        var interleaved = [Float](repeating: 0, count: values.count)
        for channel in 0..<channels {
            for index in 0..<samples {
                interleaved[index * channels + channel] = values[channel * samples + index]
            }
        }
        return (interleaved, channels)
    }

    /// The variable that is the signal.
    private static func choose(
        _ variables: [MatVariable], _ key: String?, _ others: [String],
        _ content: SignalContent
    ) throws(SignalError) -> MatVariable {
        let all = variables.map(\.description) + others
        let listing = all.isEmpty ? "none" : all.prefix(40).joined(separator: ", ")
        func one(of found: [MatVariable], _ what: String) throws(SignalError) -> MatVariable? {
            if found.count > 1 {
                throw content.error(
                    .variable("has \(found.count) variables that are \(what), of: \(listing)"))
            }
            return found.first
        }
        if let key {
            let named = variables.filter { $0.name == key }
            let found = named.isEmpty ? variables.filter { fnmatch(key, $0.name, 0) == 0 } : named
            guard let variable = try one(of: found, "called \(quoted(key))") else {
                throw content.error(
                    .variable("has no variable \(quoted(key)); it has: \(listing)"))
            }
            guard variable.isSignal else {
                throw content.error(
                    .variable("the variable \(variable) is no real vector or matrix"))
            }
            return variable
        }
        let vectors = variables.filter { $0.isSignal && $0.isVector }
        let driveEnd = vectors.filter { fnmatch("*_DE_time", $0.name, 0) == 0 }
        if let variable = try one(of: driveEnd, "called *_DE_time") { return variable }
        if let variable = try one(of: vectors, "vectors of numbers") { return variable }
        throw content.error(.variable("has no vector of numbers; it has: \(listing)"))
    }

    private static func malformed(_ content: SignalContent, _ text: String) -> SignalError {
        content.error(.malformed(format: format, text))
    }
}
