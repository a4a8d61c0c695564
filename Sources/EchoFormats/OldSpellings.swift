/// Writes members whose old spelling is kept twice: `"sample_rate" : 16000`, and behind it `"sampleRate" : 16000`.
///
/// It copies indented JSON byte for byte, in one pass, without a tree: a list of a million recordings has one
/// member in ten. Below a member with two spellings each copy has one of them throughout, so that the text is
/// twice as long at most, however deep it is.
struct OldSpellings {
    /// Between both spellings of a name: the last code point of the private use area, which no name of ours has.
    static let mark = "\u{10FFFD}"

    private enum Spelling { case both, new, old }

    private let json: [UInt8]
    private let mark = Array(OldSpellings.mark.utf8)
    private var position = 0
    private var text: [UInt8] = []

    /// - Parameter json: What `JSONEncoder` wrote: that it is JSON is not checked again.
    static func expanded(_ json: [UInt8]) -> [UInt8] {
        var copy = OldSpellings(json)
        copy.text.reserveCapacity(json.count + json.count / 2)
        copy.value(.both)
        return copy.text
    }

    private init(_ json: [UInt8]) { self.json = json }

    private mutating func value(_ spelling: Spelling) {
        switch json[position] {
        case UInt8(ascii: "{"): list(UInt8(ascii: "}")) { $0.member(spelling, after: $1) }
        case UInt8(ascii: "["):
            list(UInt8(ascii: "]")) { copy, space in
                copy.text += space
                copy.value(spelling)
            }
        case UInt8(ascii: "\""): text += string()
        default:
            while position < json.count, !",]} \n".utf8.contains(json[position]) { step() }
        }
    }

    /// Copies a list with its brackets; `item` gets the white space in front of each of its items.
    private mutating func list(
        _ end: UInt8, _ item: (inout OldSpellings, ArraySlice<UInt8>) -> Void
    ) {
        step()
        while true {
            let space = self.space()
            if json[position] == end {
                text += space
                return step()
            }
            item(&self, space)
            if json[position] == UInt8(ascii: ",") { step() }
        }
    }

    private mutating func member(_ spelling: Spelling, after space: ArraySlice<UInt8>) {
        let name = string()
        let separatorStart = position
        while json[position] != UInt8(ascii: ":") { position += 1 }
        position += 1
        _ = self.space()
        let separator = json[separatorStart..<position]
        guard let split = name.firstRange(of: mark) else {
            text += space + name + separator
            return value(spelling)
        }
        let start = position
        if spelling != .old {
            text += space + name[..<split.lowerBound] + "\"".utf8 + separator
            value(spelling == .both ? .new : spelling)
        }
        if spelling == .both { text.append(UInt8(ascii: ",")) }
        if spelling != .new {
            position = start
            text += space + "\"".utf8 + name[split.upperBound...] + separator
            value(.old)
        }
    }

    /// Steps over a string; gives it with its quotes.
    private mutating func string() -> ArraySlice<UInt8> {
        let start = position
        position += 1
        while json[position] != UInt8(ascii: "\"") {
            position += json[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position += 1
        return json[start..<position]
    }

    private mutating func space() -> ArraySlice<UInt8> {
        let start = position
        while position < json.count, json[position] == 0x20 || json[position] == 0x0A {
            position += 1
        }
        return json[start..<position]
    }

    /// Copies a byte.
    private mutating func step() {
        text.append(json[position])
        position += 1
    }
}
