import EchoFormats
import Glibc
import Synchronization

/// The error stream: whole lines, and at the bottom of a terminal a progress bar that they do not
/// break. What is written is escaped here, so that no name of a file reaches a terminal as it is.
final class Console: Sendable {
    static let standard = Console()

    /// True if stderr is a terminal that can draw a line again; TERM=dumb says that it cannot.
    private let drawsAgain: Bool
    private let hidesBars = Atomic(false)
    private let bar = Mutex("")

    private init() {
        let kind = getenv("TERM").map { String(cString: $0) }
        drawsAgain = isatty(STDERR_FILENO) == 1 && kind != "dumb"
    }

    /// True if bars are drawn.
    var isTerminal: Bool { drawsAgain && !hidesBars.load(ordering: .relaxed) }

    /// Draws no bar from now on: whoever asked for silence, or for lines of JSON, wants none.
    func hideBars() { hidesBars.store(true, ordering: .relaxed) }

    /// Writes a line: a line break in it is escaped like all else that is not to be seen.
    func line(_ text: String) {
        let text = shown(text)
        bar.withLock { bar in
            write(bar.isEmpty ? text + "\n" : "\r\u{1B}[K\(text)\n\(bar)")
        }
    }

    /// Draws the progress bar, or removes it where `text` is empty. What does not fit beside one another is cut:
    /// of a line that the terminal breaks, `\r` finds the last part alone, and the others would stay.
    func draw(bar text: String) {
        let text = TerminalText.cut(shown(text), columns: columns - 1)
        bar.withLock { bar in
            if bar != text { write("\r\u{1B}[K" + text) }
            bar = text
        }
    }

    /// Columns of the terminal now; 80 if there is none.
    var columns: Int { TerminalText.columns(ofTerminal: STDERR_FILENO) ?? 80 }

    private func write(_ text: String) {
        // A closed stderr is no reason to stop embedding.
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}
