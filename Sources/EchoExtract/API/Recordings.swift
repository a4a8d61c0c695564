import EchoSignal

/// Which recordings are to be embedded.
///
/// ```swift
/// let some: Recordings = ["engine.flac", "recordings/", "archive.tar"]
/// let listed = Recordings.manifest("list.csv")
/// ```
public struct Recordings: Hashable, Sendable, ExpressibleByArrayLiteral {
    private enum Source: Hashable {
        case paths([String])
        case manifest(String)
    }

    private let source: Source

    private init(_ source: Source) { self.source = source }

    /// Those that are named, and those that are in what is named.
    ///
    /// - Parameter paths: Recordings, folders, tar archives, and patterns such as `*.wav`. A file is
    ///   taken whatever its ending; folders and archives are searched for the endings of recordings, and
    ///   of other signals where ``ReadingOptions`` say how to read them. What echo-gpu wrote is no
    ///   input.
    public static func paths(_ paths: [String]) -> Recordings { Recordings(.paths(paths)) }

    /// The rows of a list.
    ///
    /// - Parameter list: A CSV or JSONL file with a column `path`, relative to its folder, and where needed
    ///   `id`, `sample_rate`, `start` and `end` in seconds, `channels` and how a file is read; other
    ///   columns are carried through (``RecordingResult/fields``).
    public static func manifest(_ list: String) -> Recordings { Recordings(.manifest(list)) }

    /// Those of ``paths(_:)``.
    public init(arrayLiteral paths: String...) { self.init(.paths(paths)) }

    /// The same, as the rooms below take it.
    func selection(_ reading: ReadingOptions) -> InputSelection {
        switch source {
        case .paths(let paths): InputSelection(arguments: paths, reading: reading)
        case .manifest(let list): InputSelection(manifest: list, reading: reading)
        }
    }
}
