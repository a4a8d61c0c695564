import EchoFormats
import EchoSignal
import Testing

/// Inputs come out of the list as they went in.
@Suite(.timeLimit(.minutes(20))) struct InputListTests {
    private static let inputs: [Input] = {
        func member(_ path: String, _ name: String, _ member: String, _ ordinal: Int) -> Input {
            Input(
                path: path, name: name, byteCount: 5, modified: -7,
                source: .member(archive: "in/x.tar", name: member, ordinal: ordinal))
        }
        var inputs = [
            Input(path: "in/a.wav", name: "a.wav", byteCount: 3, modified: 9),
            Input(path: "a.wav", name: "a.wav"), Input(path: "", name: ""),
            Input(path: "in/b.wav", name: "given", id: "other"),
            Input(path: "caf\u{e9}", name: "cafe\u{301}"),
            member("in/x.tar/c.wav", "x.tar/c.wav", "c.wav", 0),
            member("in/x.tar/c.wav", "x.tar/c.wav", "./c.wav", 1),
            member("in/x.tar/d.wav", "other", "d.wav", Int(UInt32.max) + 1),
        ]
        for number in 0..<6 {
            inputs.append(
                Input(
                    path: "in/\(number).wav", name: "\(number).wav",
                    fields: ["label": .string("\(number % 2)")],
                    overrides: InputOverrides(sampleRate: number < 4 ? 12_000 : nil)))
        }
        // Equal to Swift, and two texts to whoever wrote them.
        for label in ["\u{e9}", "e\u{301}", "\u{e9}"] {
            inputs.append(
                Input(path: "in/\(label).wav", name: label, fields: ["label": .string(label)]))
        }
        return inputs
    }()

    private static func areSame(_ first: Input, _ second: Input) -> Bool {
        first == second && first.path.hasSameBytes(as: second.path)
            && first.name.hasSameBytes(as: second.name) && first.id.hasSameBytes(as: second.id)
            && first.fields.hasSameBytes(as: second.fields)
    }

    @Test func theyComeOutAsTheyWentIn() {
        let list = InputList(Self.inputs)
        #expect(list.count == Self.inputs.count)
        for (input, kept) in zip(Self.inputs, list) {
            #expect(Self.areSame(input, kept), "\(input)")
        }
    }

    @Test func aSelectionHasThoseInItsOrder() {
        let places = [13, 0, 5, 3]
        let selected = InputList(Self.inputs).selecting(places)
        #expect(selected.count == 4)
        for (place, kept) in zip(places, selected) {
            #expect(Self.areSame(Self.inputs[place], kept))
        }
        #expect(Self.areSame(selected.selecting([2])[0], Self.inputs[5]))
        #expect(selected.selecting([3]).withID(of: 0) { Array($0) } == Array("other".utf8))
    }

    /// Over the borders of the pieces that it is kept in, with a path longer than one.
    @Test func manyAndLongOnes() {
        let long = String(repeating: "x", count: 3 << 20)
        var list = InputList()
        for number in 0..<40_000 {
            list.append(Input(path: "folder/\(number).wav", name: "\(number).wav"))
            if number == 20_000 { list.append(Input(path: long, name: "long")) }
        }
        #expect(list[20_001].path == long && list[20_001].name == "long")
        #expect(list[20_002].path == "folder/20001.wav")
        #expect(list[40_000].name == "39999.wav")
    }

    @Test func namesAreFoundByTheirBytes() {
        let list = InputList(Self.inputs)
        var names = InputNames(capacity: list.count)
        let first = list.indices.map { names.insert($0, of: list) }
        #expect(first[1] == 0 && first[6] == 5)
        // The last of the three labels has the bytes of the first, and not of the second.
        #expect(first[15] == nil && first[16] == 14)
        #expect(first.count { $0 != nil } == 3)
    }
}
