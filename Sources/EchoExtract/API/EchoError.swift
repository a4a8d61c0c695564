import EchoGPU
import EchoHub
import EchoModel
import EchoOpenCL
import EchoScore
import EchoSignal
import EchoStore
import EchoTensor

/// What can go wrong between a recording and its embedding: which part failed, and a line that names
/// the values and what to try.
public struct EchoError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The part that failed.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A call or a command that asks for something contradictory.
        case usage
        /// An input that does not exist, or inputs without a single recording.
        case input
        /// A recording or signal that cannot be embedded: too short, not finite, unreadable.
        case signal
        /// The device that was asked for is missing, or failed.
        case device
        /// A checkpoint that cannot be read or does not describe an ECHO encoder.
        case model
        /// A model of the hub that is not available: no answer, no access, no such thing.
        case hub
        /// An output that cannot be created.
        case create
        /// An output that cannot be written.
        case write
        /// A folder or file that is not what it should be: none of ours, damaged, or a list with a wrong line.
        case data
        /// An output folder that another process writes to.
        case busy
        /// The system does not give what the run needs: a thread, descriptors, memory.
        case system
        /// Whoever asked for it wants it no more.
        case stopped
    }

    /// The part that failed.
    public let kind: Kind
    /// What failed, with which values, and what to try.
    public let message: String

    /// Makes an error from its parts.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

extension EchoError {
    /// An error of the rooms below, as this package's users see it.
    init(_ error: any Error) {
        switch error {
        case let error as EchoError: self = error
        case let error as SignalError: self.init(error)
        case let error as ModelError:
            self.init(error.isOfSystem ? .system : .model, error.description)
        case let error as MemoryError: self.init(.system, error.description)
        case let error as HubError: self.init(error.kind, error.description)
        case let error as InputError: self.init(error.kind, error.description)
        case let error as StoreError: self.init(error.kind, error.description)
        case let error as SettingError: self.init(.usage, error.description)
        case let error as FieldError: self.init(error.kind, error.description)
        case let error as TimeError: self.init(.data, error.description)
        case let error as EvaluationError: self.init(.data, error.description)
        // What is left comes from running the graph: OpenCLError, GraphError.
        default: self.init(.device, "\(error)")
        }
    }

    /// A recording that cannot be embedded, or what this process cannot give.
    private init(_ error: SignalError) {
        guard case .ours(let failure) = error.cause else {
            self.init(.signal, error.description)
            return
        }
        self.init(failure.kind.echoKind, "\(failure.text). \(failure.remedy)")
    }

    /// Runs `work`; what it throws becomes an ``EchoError``.
    static func translating<Result>(
        _ work: () throws -> Result
    ) throws(EchoError) -> Result {
        do {
            return try work()
        } catch {
            throw EchoError(error)
        }
    }
}

extension InputError {
    fileprivate var kind: EchoError.Kind {
        switch cause {
        case .sameName, .recording: .usage
        case .list, .archive: .data
        case .own(let failure): failure.kind.echoKind
        default: .input
        }
    }
}

extension OwnFailure.Kind {
    fileprivate var echoKind: EchoError.Kind {
        switch self {
        case .create: .create
        case .write: .write
        case .system: .system
        }
    }
}

extension StoreError {
    fileprivate var kind: EchoError.Kind {
        if isOfSystem { return .system }
        return switch cause {
        case .outsideFolder, .folderAndFile, .reservedName, .channelAndName, .otherSettings,
            .otherLayout, .otherContent:
            .usage
        case .system(.createFolder, _), .system(.create, _), .symbolicLink, .nameTooLong,
            .occupied, .inTheWay:
            .create
        case .system(.open, _), .system(.read, _), .nothingEmbedded: .input
        case .system, .wrongCount, .wentMeanwhile: .write
        case .malformed, .notARecord, .damagedRows, .lostRows, .otherHash, .noManifest,
            .lostSettings:
            .data
        case .locked, .otherShards, .otherInputs, .changedMeanwhile: .busy
        }
    }
}

extension HubError {
    fileprivate var kind: EchoError.Kind {
        switch cause {
        case .usage: .usage
        case .noCheckpoint: .model
        case .create: .create
        case .write: .write
        case .unreachable, .busy, .offline, .unauthorized, .forbidden, .noRepository, .noRevision,
            .noFile, .answer, .corrupt:
            .hub
        }
    }
}

extension FieldError {
    fileprivate var kind: EchoError.Kind {
        switch self {
        case .disagreement, .badTable, .ambiguousTable: .data
        default: .usage
        }
    }
}
