import EchoFormats
import EchoSignal
import EchoStore

/// The settings that a folder was begun with: a run goes on with them if it is not told otherwise.
package struct FolderSettings: Sendable {
    package let layout: FolderLayout
    package let level: Extraction.Level
    package let precision: Echo.Precision
    package let format: ArrayFormat
    package let element: ArrayElement
    package let partSize: Int?
    /// As lines of manifests name them.
    let digest: String
    private let path: String
    private let reading: JSONObject

    /// Reads `run.json`, or an earlier record by its name; nil if there is none.
    ///
    /// - Throws: ``EchoError`` if it cannot be read, or a setting is none of this release.
    package static func read(
        _ folder: String, _ name: String = RunRecord.fileName
    ) throws(EchoError) -> FolderSettings? {
        do throws(StoreError) {
            guard let record = try RunRecord.read(name, in: folder) else { return nil }
            return try FolderSettings(record, path: folder + "/" + name)
        } catch {
            throw EchoError(error)
        }
    }

    private init(_ record: RunRecord, path: String) throws(StoreError) {
        func value<Value: RawRepresentable<String>>(
            _ key: String, _ standard: Value
        ) throws(StoreError) -> Value {
            guard let member = record.settings[key] else { return standard }
            guard case .string(let text) = member, let value = Value(rawValue: text) else {
                throw Self.unusable(key, member, path)
            }
            return value
        }
        if let kind = record.settings["layout"], kind != .integer(1) {
            _ = try value("layout", FolderLayout.parts)
        }
        self.path = path
        digest = record.digest
        reading = record.settings
        layout = record.layout
        level = try value("level", .utterance)
        precision = try value("precision", .fp32)
        format = try value("format", .npy)
        element = try value("dtype", .float32)
        partSize = try Self.partSize(record, path)
    }

    /// How recordings are read: what was given, and for the rest what the folder was begun with.
    ///
    /// - Parameters:
    ///   - given: The options of a command.
    ///   - hasChannels: Whether channels are among them; their default is no absence in the record.
    /// - Throws: ``EchoError`` if a setting of the folder is none of this release.
    package func reading(
        _ given: ReadingOptions, hasChannels: Bool
    ) throws(EchoError) -> ReadingOptions {
        let given = JSONObject(
            given.record.members.filter { $0.key != "channels" || hasChannels })
        var merged = given
        for member in reading.members where given[member.key] == nil {
            merged.append(member.key, member.value)
        }
        do throws(ReadingOptions.UnknownMember) {
            return try ReadingOptions(record: merged)
        } catch {
            throw EchoError(Self.unusable(error.name, merged[error.name] ?? .null, path))
        }
    }

    private static func partSize(_ record: RunRecord, _ path: String) throws(StoreError) -> Int? {
        let key = "part_size"
        guard let member = record.information[key] ?? record.settings[key] else { return nil }
        guard case .number(let text) = member, let size = Int(text), size > 0 else {
            throw unusable(key, member, path)
        }
        return size
    }

    private static func unusable(_ key: String, _ value: JSONValue, _ path: String) -> StoreError {
        StoreError(path: path, .notARecord("its \(key) is \(value.text)"))
    }
}
