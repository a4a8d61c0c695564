import EchoFormats

/// How embeddings lie in a folder.
public enum FolderLayout: String, Sendable, CaseIterable {
    /// Files of its own for each recording.
    case files
    /// Tables of many recordings.
    case parts
}

/// `run.json`: what the embeddings of a folder were made with.
///
/// `settings` is everything that changes a result; two runs of one folder must agree in it.
/// `information` says by what and on what the first of them ran, and what changes no number.
package struct RunRecord: Hashable, Sendable {
    package let settings: JSONObject
    package let information: JSONObject

    package static let fileName = "run.json"

    package init(settings: JSONObject, information: JSONObject) {
        (self.settings, self.information) = (settings, information)
    }

    /// The first 12 hexadecimal digits of the SHA-256 of the settings as compact JSON.
    package var digest: String {
        SHA256.hash(settings.text.utf8).prefix(6).hexadecimalDigits
    }

    /// How the folder is laid out.
    package var layout: FolderLayout { settings["layout"] == .string("files") ? .files : .parts }

    /// What is compared. Release 0.1.0 had tables alone, called their layout 1, had no number for its
    /// results, and counted among the settings what changes no number.
    package var compared: JSONObject {
        var compared: JSONObject = ["layout": .string(layout.rawValue)]
        if settings["results"] == nil { compared.append("results", .integer(1)) }
        let others = ["layout", "version", "part_size"]
        for member in settings.members where !others.contains(member.key) {
            compared.append(member.key, member.value)
        }
        return compared
    }

    /// The settings in which a record on disk differs, in the order of this one, as sentences.
    package func differences(from earlier: RunRecord) -> [String] {
        Self.differences(earlier.compared, compared)
    }

    /// The settings in which this record differs from another, as it has them: `channels "mean"`.
    package func settingsUnlike(_ other: RunRecord) -> [String] {
        let theirs = other.compared
        return compared.members.filter { theirs[$0.key] != $0.value }
            .map { "\($0.key) \($0.value.text)" }
    }

    /// Likewise what else changes the last digits of an embedding, where both ran on one device: its
    /// driver and the tiles of its kernels.
    package func differencesOfRounding(from earlier: RunRecord) -> [String] {
        guard earlier.information["device"] == information["device"] else { return [] }
        func rounding(_ object: JSONObject) -> JSONObject {
            var result = JSONObject()
            for name in ["driver", "tiles"] {
                if let value = object[name] { result.append(name, value) }
            }
            return result
        }
        return Self.differences(rounding(earlier.information), rounding(information))
    }

    private static func differences(_ earlier: JSONObject, _ later: JSONObject) -> [String] {
        var names = later.members.map(\.key)
        names += earlier.members.map(\.key).filter { later[$0] == nil }
        return names.compactMap { name in
            let (was, now) = (earlier[name], later[name])
            if was == now { return nil }
            let text = "\(name) was \(was?.text ?? "not set"), is \(now?.text ?? "not set")"
            return name == "results"
                ? text + ": these releases embed some recordings otherwise" : text
        }
    }

    /// The bytes of the file: a line for each setting.
    var bytes: [UInt8] {
        func lines(_ object: JSONObject) -> String {
            object.members.map { member in
                "    \(JSONValue.string(member.key).text): \(member.value.text)"
            }.joined(separator: ",\n")
        }
        let text = """
            {
              "settings": {
            \(lines(settings))
              },
              "information": {
            \(lines(information))
              }
            }

            """
        return Array(text.utf8)
    }

    /// - Throws: ``StoreError`` if the text is not such a file.
    init(_ text: [UInt8], path: String) throws(StoreError) {
        do throws(JSONScanner.Failure) {
            var scanner = JSONScanner(text)
            let object = try scanner.object()
            try scanner.end()
            guard object["settings"] != nil else { throw scanner.failure("there are no settings") }
            self.init(
                settings: object.object("settings"), information: object.object("information"))
        } catch {
            throw StoreError(path: path, .notARecord(error.description))
        }
    }
}

extension RunRecord {
    /// The record of a folder; nil if it has none.
    ///
    /// - Throws: ``StoreError`` if it cannot be read.
    package static func read(in folder: String) throws(StoreError) -> RunRecord? {
        try read(fileName, in: folder)
    }

    /// A record by its name; nil if there is none.
    ///
    /// - Throws: ``StoreError`` if it cannot be read.
    package static func read(
        _ name: String, in folder: String
    ) throws(StoreError) -> RunRecord? {
        let path = folder + "/" + name
        guard let bytes = try SmallFile.read(path) else { return nil }
        return try RunRecord(bytes, path: path)
    }

    /// Writes the record of a folder that has none.
    ///
    /// - Returns: The folder's record if it has one, perhaps written by another process just now.
    package static func create(
        _ record: RunRecord, in folder: String
    ) throws(StoreError) -> RunRecord? {
        if let earlier = try read(in: folder) { return earlier }
        if try SmallFile.create(folder + "/" + fileName, with: record.bytes) { return nil }
        return try read(in: folder)
    }

    /// Writes the record under a name, in place of one of that name.
    package func write(to name: String, in folder: String) throws(StoreError) {
        try SmallFile.replace(folder + "/" + name, with: bytes)
    }
}
