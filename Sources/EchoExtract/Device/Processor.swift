import EchoFormats
import Glibc

/// The processor that the CPU path computes on.
enum Processor {
    /// As Linux calls it; the architecture where it gives no name.
    static let name: String = {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        for line in text.split(separator: "\n") where line.hasPrefix("model name") {
            let value = line.split(separator: ":", maxSplits: 1).last ?? ""
            return value.trimmed
        }
        var system = utsname()
        guard uname(&system) == 0 else { return "an unknown processor" }
        return withUnsafeBytes(of: system.machine) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }()
}
