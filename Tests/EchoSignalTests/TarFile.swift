import Foundation

/// Tar files, entry by entry, honest or not.
struct TarFile {
    private(set) var bytes: [UInt8] = []

    /// Adds an entry in the ustar format.
    ///
    /// - Parameters:
    ///   - size: What the header promises, where that is not what follows.
    ///   - type: `0` for a file, `5` a folder, `2` a symbolic link, `1` a hard link.
    mutating func add(
        _ name: String, _ content: [UInt8], size: Int? = nil, type: Character = "0",
        link: String = ""
    ) {
        add(bytes: Array(name.utf8), content, size: size, type: type, link: link)
    }

    /// Adds an entry whose name is these bytes.
    mutating func add(
        bytes name: [UInt8], _ content: [UInt8], size: Int? = nil, type: Character = "0",
        link: String = ""
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        let length = String(size ?? content.count, radix: 8)
        header.replaceSubrange(0..<name.count, with: name)
        put("0000644\0", at: 100)
        put("0000000\0", at: 108)
        put("0000000\0", at: 116)
        put(String(repeating: "0", count: 11 - length.count) + length, at: 124)
        put("14000000000", at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar\u{0}00", at: 257)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", at: 148)
        bytes += header + content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    mutating func add(_ name: String, file path: String) throws {
        add(name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
    }

    /// Writes it with the two empty blocks that end a tar.
    func write(to path: String) throws {
        let end = [UInt8](repeating: 0, count: 1024)
        try Data(bytes + end).write(to: URL(fileURLWithPath: path))
    }

    /// Runs the system's tar.
    static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tar"] + arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed() }
    }

    struct Failed: Error {}
}
