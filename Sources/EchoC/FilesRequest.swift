import EchoExtract
import EchoFormats
import EchoGPU
import EchoSignal

/// Reads what a caller wants of files: a JSON object.
enum FilesRequest {
    /// Where recordings come from, of which a request names one; and what else it may say.
    private static let sources = ["inputs", "recordings", "manifest"]
    private static let others = ["level", "batch"]

    /// - Throws: ``Failure`` of kind `usage` if it is not one that can be fulfilled.
    static func read(_ text: String) throws(Failure) -> RowExtraction.Request {
        var object = JSONObject()
        do throws(JSONScanner.Failure) {
            var scanner = JSONScanner(Array(text.utf8))
            object = try scanner.object()
            try scanner.end()
        } catch {
            throw .usage("the request is no JSON object: \(error)")
        }
        let reading = JSONObject(
            object.members.filter { !(sources + others).contains($0.key) && $0.value != .null })
        var selection = try source(object)
        selection.reading = try FilesReading.options(reading, others: sources + others)
        var request = RowExtraction.Request(selection)
        if let level = object["level"], level != .null {
            request.level = try self.level(level)
        }
        if let batch = object["batch"], batch != .null, batch != .integer(0) {
            guard case .number(let text) = batch, let size = Int(text) else {
                throw .usage("batch is \(batch.text); give a whole number")
            }
            request.batchSize = size
        }
        return request
    }

    private static func level(_ value: JSONValue) throws(Failure) -> Extraction.Level {
        guard case .string(let text) = value, let level = Extraction.Level(rawValue: text) else {
            throw .usage("level is \(value.text); give utterance, segment or both")
        }
        return level
    }

    /// What is to be embedded.
    private static func source(_ object: JSONObject) throws(Failure) -> InputSelection {
        let named = sources.filter { object[$0].map { $0 != .null } ?? false }
        guard named.count == 1, let name = named.first, let value = object[name] else {
            let found = named.isEmpty ? "none of them" : named.joined(separator: " and ")
            throw .usage("the request has \(found); give inputs, recordings or manifest")
        }
        var selection = InputSelection()
        switch (name, value) {
        case ("inputs", .array(let values)):
            selection.arguments = try values.enumerated().map { (index, value) throws(Failure) in
                try path(value, "inputs[\(index)]")
            }
        case ("recordings", .array(let values)):
            selection.recordings = try values.enumerated().map { (index, value) throws(Failure) in
                guard case .object(let recording) = value else {
                    throw .usage(
                        "recordings[\(index)] is \(value.text); give an object with a path")
                }
                return recording
            }
        case ("manifest", _):
            let list = try path(value, name)
            guard list != "-" else {
                throw .usage("manifest is '-', and a library reads no standard input; give a path")
            }
            selection.manifest = list
        default: throw .usage("\(name) is \(value.text); give an array")
        }
        return selection
    }

    private static func path(_ value: JSONValue, _ name: String) throws(Failure) -> String {
        guard case .string(let path) = value, !path.isEmpty, !path.utf8.contains(0) else {
            throw .usage("\(name) is \(value.text); give a path")
        }
        return path
    }
}
