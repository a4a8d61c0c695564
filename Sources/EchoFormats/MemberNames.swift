import FoundationEssentials

/// How members of JSON are spelled: in snake_case, whatever the Swift property is called.
///
/// Only names that a type declares pass through here. Keys of dictionaries are data (codes of failures, names of
/// nodes, settings) and stay as they are.
package enum MemberNames {
    /// The spellings of release 0.1.0, which what it wrote still has beside the new ones. They go away in the release
    /// after 0.2.0: delete this list then, `OldSpellings.swift` and each `keepsOldSpellings`.
    package static let kept: Set<String> = [
        // extract, and files through the C library
        "badCount", "bandCount", "channelCount", "declinedNodes", "deviceSeconds", "droppedCount",
        "embeddedBeforeCount", "embeddedCount", "failedBeforeCount", "failureList", "isStopped",
        "isTrained", "peakByteCount", "recordingCount", "sampleRate", "segmentCount",
        "soundSeconds",
        // what a search for recordings left out
        "hiddenCount", "ownFileCount", "ownFolderCount", "ownFolders", "repeatedCount",
        // plan
        "byteCount", "failedCount", "missingCount", "partCount",
        // inspect
        "deadWriters", "embeddingWidth", "equalCount", "equalExamples", "fileCount", "headCount",
        "layerCount", "notFiniteCount", "parameterCount", "replacedCount", "rowCount",
        "supersededCount", "unlistedCount", "weightsSHA256",
        // devices
        "computeUnitCount", "cpuPath", "driverVersion", "globalMemoryByteCount", "isAvailable",
        "isRight", "localMemoryByteCount", "maximumAllocationByteCount", "maximumWorkGroupSize",
        "openCLVersion", "subGroupSizes", "supportsHalf", "supportsSubGroups",
        // bench, tune
        "clipCount", "clipSeconds", "clipsPerSecond", "maximumError", "plannedByteCount",
        "recommendedBatch", "runCount", "stoppedBy",
        // model
        "receivedByteCount",
        // search, report
        "clipNote", "clipProblem", "otherRowCount", "ownRowCount", "pictureCount", "pointCount",
        "queryEnd", "queryRowCount", "queryStart", "searchedRowCount", "soundCount",
    ]

    /// `sample_rate` of `sampleRate`, `weights_sha256` of `weightsSHA256`.
    package static func snakeCase(_ name: String) -> String {
        // One word, whatever its letters.
        let letters = Array(name.replacing("openCL", with: "opencl").utf8)
        func isUpper(_ index: Int) -> Bool { (0x41...0x5A).contains(letters[index]) }
        func isLower(_ index: Int) -> Bool { (0x61...0x7A).contains(letters[index]) }
        var text: [UInt8] = []
        for (index, letter) in letters.enumerated() {
            guard isUpper(index) else {
                text.append(letter)
                continue
            }
            // A word begins behind a small letter or a digit, and with the last capital before a small letter.
            let followsCapital = index > 0 && isUpper(index - 1)
            let precedesSmall = index + 1 < letters.count && isLower(index + 1)
            if index > 0, !followsCapital || precedesSmall, letters[index - 1] != 0x5F {
                text.append(0x5F)
            }
            text.append(letter + 0x20)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The new spelling; where the old one is kept, both with ``OldSpellings/mark`` between, for ``OldSpellings`` to make
    /// two members of.
    static func marked(_ name: String) -> String {
        let spelling = snakeCase(name)
        return kept.contains(name) ? spelling + OldSpellings.mark + name : spelling
    }

    /// A name for an encoder.
    struct Key: CodingKey {
        let stringValue: String
        let intValue: Int?

        init(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
        init(intValue: Int) { (stringValue, self.intValue) = ("\(intValue)", intValue) }
    }
}
