import Foundation

/// `echo-fuzz --reader=NAME [libFuzzer's options] FOLDER...`: hands what libFuzzer makes to one of the
/// readers of hostile files. A reader may refuse a file with an error; whatever else it does is a finding.
enum EchoFuzz {
    /// What is fuzzed, by the name that it is asked for with.
    private static let readers: [String: any FuzzTarget.Type] = [
        "safetensors": SafetensorsTarget.self, "npy": NPYTarget.self, "raw": RawTarget.self,
        "text": TextTarget.self, "manifest": ManifestTarget.self,
    ]

    /// The reader that was asked for: libFuzzer, whose `main` this is, leaves options with two dashes
    /// alone.
    static let reader: any FuzzTarget.Type = {
        let option = "--reader="
        let name = CommandLine.arguments.first { $0.hasPrefix(option) }?.dropFirst(option.count)
        if let reader = name.flatMap({ readers[String($0)] }) { return reader }
        let names = readers.keys.sorted().joined(separator: "|")
        FileHandle.standardError.write(Data("usage: echo-fuzz \(option)\(names) FOLDER...\n".utf8))
        exit(64)
    }()
}

/// A reader, and how it is handed bytes.
protocol FuzzTarget: SendableMetatype {
    static func read(_ bytes: UnsafeRawBufferPointer)
}

/// What libFuzzer calls for each input.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    EchoFuzz.reader.read(UnsafeRawBufferPointer(start: data, count: size))
    return 0
}
