import EchoFormats
import EchoReport
import EchoStore
import Glibc

/// The file of a report: it replaces none but a report.
enum ReportFile {
    /// Requires that a report can go there, before any work.
    ///
    /// - Throws: ``EchoError`` if there is something else.
    static func requireReplaceable(_ path: String) throws(EchoError) {
        guard let ending = path.ending, ["html", "htm"].contains(ending) else {
            throw EchoError(
                .usage, "--output \(path): a report is a page. Give a name that ends in .html.")
        }
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG, isReport(path) else {
            throw EchoError(
                .create,
                """
                \(path) is there and is no report of echo-gpu. Give another name, or remove it.
                """)
        }
    }

    private static func isReport(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var start = [UInt8](repeating: 0, count: 1024)
        let count = read(descriptor, &start, start.count)
        return count > 0
            && String(decoding: start.prefix(count), as: UTF8.self).contains(ReportPage.mark)
    }

    /// Writes it whole or not at all.
    static func write(_ html: String, to path: String) throws(EchoError) {
        do throws(StoreError) {
            try SmallFile.replace(path, with: Array(html.utf8))
        } catch {
            throw EchoError(error)
        }
    }
}
