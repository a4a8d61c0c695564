import EchoFormats
import EchoSignal

/// Hands recordings out to the threads that decode, each once, with members of archives copied out or, where
/// their reader can, read where they are.
///
/// One thread at a time reads an archive, from start to end; the others go on to the archives that
/// follow, so that several are read at once. Whoever asks gets the first recording whose archive nobody
/// is reading. So where every thread but one waits because the output's turn is another recording's
/// (``DecodeGate``), that one gets the recording whose turn it is.
// Sendable: the stored properties are used with `condition` held, and an archive's reader by the thread
// that has marked it as busy.
package final class RecordingQueue: @unchecked Sendable {
    /// Recordings of one archive that follow one another.
    private final class Archive {
        var members = ArchiveMembers()
        /// Those that are still to be handed out.
        var recordings: Range<Int>
        var isBusy = false

        init(_ recordings: Range<Int>) { self.recordings = recordings }
    }

    private let inputs: InputList
    private let reading: ReadingOptions
    private let archivesAtOnce: Int
    private let condition = Condition()
    /// The first recording that is neither handed out nor one of the open archives'.
    private var position = 0
    /// In the order of their recordings.
    private var archives: [Archive] = []

    /// - Parameter archivesAtOnce: Archives that are open at once, each with what its compression takes.
    package init(_ inputs: InputList, reading: ReadingOptions, archivesAtOnce: Int) {
        (self.inputs, self.reading) = (inputs, reading)
        self.archivesAtOnce = archivesAtOnce
    }

    /// The next recording, waited for where others are at all archives that are open; nil if all are
    /// handed out.
    package func next() -> (Int, Result<SignalContent, SignalError>)? {
        condition.lock()
        while true {
            if let archive = archives.first(where: { !$0.isBusy && !$0.recordings.isEmpty }) {
                return copy(from: archive)
            }
            if position < inputs.count, Self.archive(of: inputs[position]) == nil {
                let recording = position
                position += 1
                condition.unlock()
                var none = ArchiveMembers()
                return (recording, content(of: recording, in: &none))
            }
            if position < inputs.count, archives.count < archivesAtOnce {
                openArchive()
            } else if position == inputs.count, archives.allSatisfy(\.recordings.isEmpty) {
                condition.unlock()
                return nil
            } else {
                condition.wait()
            }
        }
    }

    /// Copies the next member of an archive, without the lock, which it gives back.
    private func copy(from archive: Archive) -> (Int, Result<SignalContent, SignalError>) {
        let recording = archive.recordings.lowerBound
        archive.recordings.removeFirst()
        archive.isBusy = true
        condition.unlock()
        let content = content(of: recording, in: &archive.members)
        condition.withLock {
            archive.isBusy = false
            if archive.recordings.isEmpty { archives.removeAll { $0 === archive } }
            condition.broadcast()
        }
        return (recording, content)
    }

    private func openArchive() {
        let start = position
        let path = Self.archive(of: inputs[start])
        while position < inputs.count, let other = Self.archive(of: inputs[position]),
            path?.hasSameBytes(as: other) == true
        {
            position += 1
        }
        archives.append(Archive(start..<position))
    }

    private func content(
        of recording: Int, in members: inout ArchiveMembers
    ) -> Result<SignalContent, SignalError> {
        do throws(SignalError) {
            return .success(try members.content(of: inputs[recording], for: reading))
        } catch {
            return .failure(error)
        }
    }

    private static func archive(of input: Input) -> String? {
        if case .member(let archive, _, _) = input.source { archive } else { nil }
    }
}
